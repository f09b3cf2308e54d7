"""`dossiers show`, `create`, `update` and `delete`, on a local stack and at a URL."""

import io
import json
import os
import pty
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from typer.main import get_command

from cli.main import app, main
from dossiers.domain.content import PERSON_FIELDS
from tests.serving import DOSSIERS, Serving

USER, GROUP = "clerk", "clerks"
PATH = f"/api/v1/dossier_groups/{GROUP}/dossiers"
NOWHERE = "59abe42d-ad25-4273-95ef-86444705e8d3"


@pytest.fixture(scope="module", autouse=True)
def grants(served: Serving) -> None:
    served.run("grant", USER, GROUP, "--role", "manager")
    served.run("grant", "reader", GROUP, "--role", "reader")


def run(served: Serving, *arguments: str) -> str:
    return served.run(*arguments, "--user", USER)


def fields(printed: str) -> dict[str, str]:
    """What `dossiers show` prints, without the fields that have no value."""
    return {name: value for name, value in (line.split("\t") for line in printed.splitlines()) if value}


def shown(served: Serving, dossier: str) -> dict[str, str]:
    return fields(run(served, "show", GROUP, dossier))


def test_a_dossier_is_created_shown_updated_and_deleted(served: Serving) -> None:
    dossier = run(served, "create", GROUP, "--firstname", "Zoë", "--lastname", "van Duren", "--phone-home", "030")
    first = shown(served, dossier)
    assert first.items() >= {"id": dossier, "firstname": "Zoë", "phone_home": "030", "version": "1"}.items()
    updated = fields(
        run(served, "update", GROUP, dossier, "--lastname", "Düren", "--remove", "phone-home", "--if-match", "1")
    )
    assert updated == shown(served, dossier)
    assert (updated["firstname"], updated["lastname"], updated["version"]) == ("Zoë", "Düren", "2")
    assert "phone_home" not in updated
    assert run(served, "delete", GROUP, dossier, "--if-match", "2", "--yes") == ""
    assert served.request("GET", f"{PATH}/{dossier}", USER).status == 404


def test_every_field_is_an_option_of_create_and_update(served: Serving) -> None:
    values = {field: f"{field} x" for field in PERSON_FIELDS}
    values |= {"email": "a@b.nl", "birthdate": "1980-02", "gender": "F"}
    options = [text for field, value in values.items() for text in (f"--{field.replace('_', '-')}", value)]
    created = run(served, "create", GROUP, *options)
    updated = run(served, "create", GROUP, "--firstname", "Jan")
    run(served, "update", GROUP, updated, "--external-identifier", "EPD-77", *options)
    assert values.items() <= shown(served, created).items()
    assert {**values, "external_identifier": "EPD-77"}.items() <= shown(served, updated).items()
    for command in ("create", "update"):
        in_fields_panel = [
            parameter.name
            for parameter in get_command(app).commands[command].params  # type: ignore[attr-defined]
            if getattr(parameter, "rich_help_panel", None) == "Fields"
        ]
        assert in_fields_panel == ["external_identifier", *PERSON_FIELDS]


def test_json_is_exactly_that_of_the_api(served: Serving) -> None:
    dossier = run(served, "create", GROUP, "--lastname", "Ødegård", "--street", "A\nB")
    assert (
        run(served, "show", GROUP, dossier, "--json") == served.request("GET", f"{PATH}/{dossier}", USER).data.decode()
    )
    assert shown(served, dossier)["street"] == "A\\nB"


def test_a_body_comes_from_a_file_or_from_standard_input(
    served: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "dossier.json"
    file.write_text(json.dumps({"person": {"lastname": "Vos"}, "dossier": {"external_identifier": "EPD-88"}}))
    dossier = run(served, "create", GROUP, "--json", str(file))
    assert shown(served, dossier)["external_identifier"] == "EPD-88"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO('{"person": {"lastname": "Müller"}}'.encode())))
    run(served, "update", GROUP, dossier, "--json", "-")
    assert shown(served, dossier)["lastname"] == "Müller"


def test_the_same_key_creates_one_dossier(served: Serving) -> None:
    command = ["create", GROUP, "--lastname", "Vos", "--idempotency-key", "intake-17"]
    assert run(served, *command) == run(served, *command)
    assert run(served, "create", GROUP, "--lastname", "Vos") != run(served, "create", GROUP, "--lastname", "Vos")


def test_without_a_response_a_create_names_the_key_with_which_it_can_be_repeated(
    capsys: pytest.CaptureFixture[str],
) -> None:
    place = ["--url", "http://127.0.0.1:1", "--token", "t"]
    assert main(["create", "g", "--lastname", "Vos", "--idempotency-key", "k", *place]) == 1
    assert capsys.readouterr().err == (
        "dossiers: http://127.0.0.1:1 does not respond: try again, with --idempotency-key k\n"
    )
    assert main(["create", "g", "--lastname", "Vos", *place]) == 1
    assert "with --idempotency-key " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "user", "line"),
    [
        (["create", GROUP, "--email", "x", "--gender", "V"], USER, "email: invalid_email; gender: inclusion"),
        (["create", GROUP, "--lastname", " "], USER, "base: blank"),
        (["create", GROUP, "--lastname", "V", "--idempotency-key", "a,b"], USER, "idempotency_key: invalid"),
        (["create", GROUP, "--json", "/dev/null"], USER, "base: invalid_json"),
        (["create", GROUP, "--lastname", "V"], "reader", "base: forbidden (the role of the user does not permit this)"),
        (["show", GROUP, NOWHERE], USER, "dossier_id: not_found (the group has no such dossier)"),
        (["update", GROUP, NOWHERE, "--city", "U"], USER, "dossier_id: not_found (the group has no such dossier)"),
        (["delete", GROUP, NOWHERE, "--yes"], USER, "dossier_id: not_found (the group has no such dossier)"),
        (["create", GROUP, "--json", "missing.json"], USER, "No such file or directory: missing.json"),
        (["create", GROUP, "--json", "/"], USER, "Is a directory: /"),
    ],
)
def test_an_error_of_the_api_is_one_line_with_field_and_keyword(
    served: Serving, capsys: pytest.CaptureFixture[str], arguments: list[str], user: str, line: str
) -> None:
    assert main([*arguments, "--data", str(served.directory), "--user", user]) == 1
    assert capsys.readouterr() == ("", f"dossiers: {line}\n")


def test_a_stale_version_and_a_taken_identifier(served: Serving, capsys: pytest.CaptureFixture[str]) -> None:
    holder = run(served, "create", GROUP, "--external-identifier", "EPD-99")
    place = ["--data", str(served.directory), "--user", USER]
    assert main(["create", GROUP, "--external-identifier", "EPD-99", *place]) == 1
    assert capsys.readouterr().err == f"dossiers: external_identifier: taken (by the dossier {holder})\n"
    for command in (["update", GROUP, holder, "--city", "Utrecht"], ["delete", GROUP, holder, "--yes"]):
        assert main([*command, "--if-match", "7", *place]) == 1
        assert capsys.readouterr().err == "dossiers: base: stale (the dossier has another version)\n"
    assert shown(served, holder)["version"] == "1"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "g"], "Missing argument 'ID'"),
        (["show", "g", "../x"], "'../x' is not the id of a dossier"),
        (["create", "g"], "fields or --json are required"),
        (["create", "g", "--lastname", "x", "--json", "-"], "and not both"),
        (["create", "g", "--nickname", "x"], "No such option: --nickname"),
        (["create", "g", "--lastname", "x", "--idempotency-key", "é"], "visible ASCII"),
        (["create", "g", "--lastname", "x", "--idempotency-key", "a\nb"], "visible ASCII"),
        (["create", "g", "--lastname", "x", "--idempotency-key", ""], "visible ASCII"),
        (["update", "g", NOWHERE], "fields or --json are required"),
        (["update", "g", NOWHERE, "--remove", "nickname"], "--remove takes a field: external_identifier, firstname"),
        (["update", "g", NOWHERE, "--city", "x", "--remove", "city"], "city is set and removed"),
        (["update", "g", NOWHERE, "--city", "x", "--if-match", "new"], "'--if-match'"),
        (["delete", "g", NOWHERE], "--yes is required"),
    ],
)
def test_wrong_usage(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert main([*arguments, "--url", "http://127.0.0.1:1", "--token", "t"]) == 2
    printed, errors = capsys.readouterr()
    assert (printed, errors.count("\n")) == ("", 1)
    assert message in errors


@pytest.mark.parametrize(("typed", "status", "is_deleted"), [("y\n", 0, True), ("n\n", 1, False), ("\x03", 130, False)])
def test_on_a_terminal_a_deletion_asks(served: Serving, typed: str, status: int, is_deleted: bool) -> None:
    dossier = run(served, "create", GROUP, "--lastname", "Vos")
    ours, theirs = pty.openpty()
    command = [DOSSIERS, "delete", GROUP, dossier, "--data", str(served.directory), "--user", USER]
    with subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        # A shell that runs the tests in the background ignores SIGINT, and its processes inherit that.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no thread is running yet
    ) as process:
        os.close(theirs)
        asked = b""
        while b"[y/N]" not in asked:
            asked += os.read(ours, 1024)
        if typed == "\x03":
            process.send_signal(signal.SIGINT)
        else:
            os.write(ours, typed.encode())
        assert process.wait(60) == status
    os.close(ours)
    assert f"Delete the dossier {dossier} of the group {GROUP}?" in asked.decode()
    assert (served.request("GET", f"{PATH}/{dossier}", USER).status == 404) == is_deleted
