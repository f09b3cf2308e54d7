"""`dossiers list` and `search`, on a local stack and at a URL."""

import json
import sys
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest

from cli.api_client import ApiResponse
from cli.commands import lists
from cli.main import main
from cli.output import print_list
from dossiers.api import list_criteria
from dossiers.domain.rows import COLUMNS
from tests.builders import a_body, a_word
from tests.serving import Serving
from tests.serving import dossiers as program

USER = "lists"


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(scope="module")
def dossiers(served: Serving) -> dict[str, str]:
    """The ids of dossiers by their last names, in the groups `lists-a` and `lists-b`."""
    served.run("grant", USER, "lists-a", "lists-b", "lists-empty")
    created: dict[str, str] = {}
    for group, lastname, identifier in (
        ("lists-a", "Ødegård", "EPD-1"),
        ("lists-a", "[red]", None),
        ("lists-b", "Vos", None),
    ):
        path = f"/api/v1/dossier_groups/{group}/dossiers"
        body = a_body(firstname="Ada", lastname=lastname, birthdate="1980-02-23", external_identifier=identifier)
        created[lastname] = served.request("POST", path, USER, body=body).json()["id"]
    return created


def run(served: Serving, *arguments: str) -> str:
    return served.run(*arguments, "--user", USER)


def api(served: Serving, path: str, body: dict[str, Any] | None = None) -> str:
    """The body of the API's response to a GET or a POST search."""
    method = "GET" if body is None else "POST"
    sent = None if body is None else json.dumps(body)
    return served.request(method, f"/api/v1{path}", USER, body=sent).data.decode()


def test_a_list_is_lines_of_the_apis_rows_with_tabs(served: Serving, dossiers: dict[str, str]) -> None:
    rows = json.loads(api(served, "/dossiers"))["rows"]
    assert len(rows) == 3
    expected = "\n".join("\t".join("" if cell is None else str(cell) for cell in row) for row in rows)
    assert run(served, "list") == expected
    assert f"{dossiers['Vos']}\t1980\t\tAda\tVos" in expected


def test_a_group_a_limit_and_an_empty_list(served: Serving, dossiers: dict[str, str]) -> None:
    assert run(served, "list", "--group", "lists-b").split("\t")[0] == dossiers["Vos"]
    assert run(served, "list", "--limit", "2").count("\n") == 1
    assert run(served, "list", "--group", "lists-empty") == ""


def test_json_is_exactly_that_of_the_api(served: Serving, dossiers: dict[str, str]) -> None:
    assert run(served, "list", "--json") == api(served, "/dossiers")
    assert run(served, "list", "--group", "lists-empty", "--json") == api(
        served, "/dossier_groups/lists-empty/dossiers"
    )
    assert run(served, "search", "odegard", "--json") == api(served, "/dossiers/search", {"name": "odegard"})


def test_all_pages_are_followed_and_shown_as_one(
    served: Serving, dossiers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "_MAX_ROWS", 1)
    assert run(served, "list", "--limit", "3", "--json") == api(served, "/dossiers")
    assert run(served, "list", "--limit", "2").count("\n") == 1
    assert run(served, "search", "ada", "--limit", "3", "--json") == api(served, "/dossiers/search", {"name": "ada"})


def test_a_page_has_as_many_rows_as_the_api_permits() -> None:
    assert lists._MAX_ROWS == list_criteria.MAX_LIMIT


def test_a_search_finds_by_name_birthdate_and_identifier(served: Serving, dossiers: dict[str, str]) -> None:
    def found(*arguments: str) -> list[str]:
        return [line.split("\t")[0] for line in run(served, "search", *arguments).splitlines()]

    assert found("ODEGARD", "ada") == [dossiers["Ødegård"]]
    assert found("vos", "--group", "lists-a") == []
    assert found("vos", "--birthdate", "1980-02") == [dossiers["Vos"]]
    assert found("vos", "--birthdate", "1981") == []
    assert found("--external-identifier", "EPD-1", "--group", "lists-a") == [dossiers["Ødegård"]]


def test_no_name_is_in_a_url(served: Serving, monkeypatch: pytest.MonkeyPatch, dossiers: dict[str, str]) -> None:
    import urllib3  # noqa: PLC0415 - patched below

    sent: list[tuple[str, str]] = []
    request = urllib3.PoolManager.request

    def record(self: Any, method: str, url: str, **options: Any) -> Any:
        sent.append((method, url))
        return request(self, method, url, **options)

    monkeypatch.setattr(urllib3.PoolManager, "request", record)
    assert run(served, "search", "odegard", "--birthdate", "1980") != ""
    assert run(served, "search", "--external-identifier", "EPD-1", "--group", "lists-a") != ""
    assert [(method, url.removeprefix(served.url)) for method, url in sent] == [
        ("POST", "/api/v1/dossiers/search"),
        ("POST", "/api/v1/dossier_groups/lists-a/dossiers/search"),
    ]


def test_on_a_terminal_a_list_is_an_aligned_table(
    served: Serving, dossiers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(sys, "stdout", terminal := Terminal())
    assert main(["list", "--group", "lists-a", "--data", str(served.directory), "--user", USER]) == 0
    heading, _, *rows = [line for line in terminal.getvalue().splitlines() if line.strip()]
    assert "lastnameid" in heading
    assert len({row.index("Ada") for row in rows}) == 1
    assert any("[red]" in row for row in rows)
    assert dossiers["Ødegård"] in terminal.getvalue()


@pytest.mark.parametrize("columns", ["40", "80"])
def test_on_a_narrow_terminal_no_value_is_cut_and_only_long_names_are_broken(
    monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr(sys, "stdout", terminal := Terminal())
    ids = [str(uuid4()) for _ in range(3)]
    rows = [[dossier_id, 1980, "F", "Anne-Marie", "van der Meulen Hofstede"] for dossier_id in ids]
    page = ApiResponse(200, {}, json.dumps({"headers": list(COLUMNS), "rows": rows}).encode())
    print_list([page], None, as_json=False)
    lines = terminal.getvalue().splitlines()
    assert [line for line in lines if all(name in line for name in COLUMNS)] != []
    assert [dossier_id for line in lines for dossier_id in ids if dossier_id in line] == ids
    assert sum("1980" in line for line in lines) == sum("Hofstede" in line for line in lines) == 3


NOT_GRANTED = "dossier_group_id: not_found (the dossier group does not exist or is not granted to the user)"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["list", "--group", "not-granted"], NOT_GRANTED),
        (["search", "-", "--group", "lists-a"], "name: blank"),
        (["search", "vos", "--birthdate", "1980-99"], "birthdate: invalid_date"),
        (["search", "--external-identifier", "X"], "external_identifier: dossier_group_id_required"),
    ],
)
def test_an_error_of_the_api_is_one_line_with_field_and_keyword(
    served: Serving, dossiers: dict[str, str], capsys: pytest.CaptureFixture[str], arguments: list[str], line: str
) -> None:
    assert main([*arguments, "--data", str(served.directory), "--user", USER]) == 1
    assert capsys.readouterr() == ("", f"dossiers: {line}\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["search"], "one of NAME, --external-identifier is required"),
        (["search", "vos", "--external-identifier", "X"], "and not both"),
        (["list", "vos"], "unexpected extra argument"),
        (["list", "--limit", "0"], "'--limit'"),
        (["list", "--limit", "many"], "'--limit'"),
        (["list", "--group", "two words"], "'two words' is not a dossier group"),
    ],
)
def test_wrong_usage(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    assert main([*arguments, "--url", "http://127.0.0.1:1", "--token", "t"]) == 2
    printed, errors = capsys.readouterr()
    assert (printed, errors.count("\n")) == ("", 1)
    assert message in errors


def test_a_word_that_nobody_has_finds_nothing(served: Serving, dossiers: dict[str, str]) -> None:
    assert run(served, "search", a_word()) == ""


def test_letters_that_the_terminal_does_not_have_are_escaped(served: Serving, dossiers: dict[str, str]) -> None:
    place = ["--data", str(served.directory), "--user", USER]
    ran = program("search", "odegard", *place, PYTHONIOENCODING="ascii")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == f"{dossiers['Ødegård']}\t1980\t\tAda\t\\xd8deg\\xe5rd\n"
