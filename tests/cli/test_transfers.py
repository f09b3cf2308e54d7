"""`dossiers import` and `export`: on a local stack, on AWS and at a URL."""

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from cli import progress
from cli.main import main
from cli.transfer import fields
from local.engine.table import create_table
from tests.builders import a_word
from tests.serving import Serving, serve

LOCAL = pytest.mark.engine("dossiers serve on DynamoDB Local, over HTTP")
DATA, URL = (pytest.param(option, marks=LOCAL) for option in ("--data", "--url"))
TABLE = pytest.param("--table", marks=pytest.mark.engine("moto"))
HEADER = "external_identifier,firstname,lastname,birthdate\n"


@dataclass(frozen=True)
class Place:
    """A group at a place: the options with which the commands reach it."""

    group: str
    options: tuple[str, ...]

    def run(self, *arguments: object, group: str | None = None, status: int = 0) -> None:
        """Run a command, which must exit with this status."""
        assert main([*map(str, arguments), "--group", group or self.group, *self.options]) == status


@pytest.fixture(params=[DATA, URL, TABLE])
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A new group in the table of a local stack, behind its API, and in a table at moto's AWS."""
    group = a_word("group-")
    if request.param == "--table":
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB", raising=False)
        # moto loses concurrent writes.
        monkeypatch.setattr("cli.transfer.parallel.WORKERS", 1)
        with mock_aws():
            import boto3  # noqa: PLC0415 - after the mock is in place

            create_table(boto3.client("dynamodb"), "patients")
            yield Place(group, ("--table", "patients"))
        return
    served: Serving = request.getfixturevalue("served")
    served.run("grant", "importer", group, f"{group}-2")
    if request.param == "--data":
        yield Place(group, ("--data", str(served.directory)))
    else:
        yield Place(group, ("--url", served.url, "--token", served.token("importer")))


def export(place: Place, folder: Path, *options: str, group: str | None = None) -> list[dict[str, Any]]:
    """The dossiers of the group, as an export writes them."""
    file = folder / "exported.ndjson"
    place.run("export", "--output", file, *options, group=group)
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def names(dossiers: list[dict[str, Any]]) -> list[str]:
    return sorted(dossier["person"].get("lastname", "") for dossier in dossiers)


def summary(rows: int, *, created: int = 0, updated: int = 0, existed: int = 0, rejected: int = 0) -> str:
    counts = f"{created:,} created, {updated:,} updated, {existed:,} existed, {rejected:,} rejected"
    return f"Finished: {rows:,} rows read, {counts}\n"


@pytest.fixture
def patients(tmp_path: Path) -> Path:
    file = tmp_path / "patients.csv"
    file.write_text(HEADER + "EPD-1,Zoë,van Duren,1980\nEPD-2,Jan,Vos,1980-02-23\n,Anna,Bos,\n", encoding="utf-8")
    return file


def test_a_file_is_imported_once_and_the_summary_says_so(
    place: Place, patients: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place.run("import", patients)
    printed, errors = capsys.readouterr()
    assert printed == summary(3, created=3)
    assert errors.startswith("Reading CSV, UTF-8, separated by comma\n")
    assert errors.count("Some rows have no external identifier. For 24 hours") == 1
    place.run("import", patients)
    assert capsys.readouterr() == (summary(3, existed=3), "Reading CSV, UTF-8, separated by comma\n")
    assert names(export(place, tmp_path)) == ["Bos", "Vos", "van Duren"]


def test_rejected_rows_are_corrected_and_imported(
    place: Place, patients: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    patients.write_text(HEADER + "EPD-1,Zoë,van Duren,1980\nEPD-2,Jan,Vos,later\nEPD-1,Jan,Mos,\n", encoding="utf-8")
    place.run("import", patients, status=1)
    rejected = tmp_path / "patients.rejected.csv"
    printed, errors = capsys.readouterr()
    assert printed == summary(3, created=1, rejected=2)
    assert errors.endswith(f"dossiers: 2 of the rows were rejected: {rejected} has them, with the reasons\n")
    assert rejected.read_text(encoding="utf-8").splitlines()[1:] == [
        "3,birthdate,invalid_date,EPD-2,Jan,Vos,later",
        "4,external_identifier,taken,EPD-1,Jan,Mos,",
    ]
    corrected = rejected.read_text(encoding="utf-8").replace("later", "1990").replace("EPD-1", "EPD-3")
    rejected.write_text(corrected, encoding="utf-8")
    place.run("import", rejected)
    assert capsys.readouterr().out == summary(2, created=2)
    assert names(export(place, tmp_path)) == ["Mos", "Vos", "van Duren"]


def test_an_update_changes_what_differs(
    place: Place, patients: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place.run("import", patients)
    changed = tmp_path / "changed.csv"
    changed.write_text("external_identifier,lastname,firstname\nEPD-1,Duren,\nEPD-2,Vos,Jan\nEPD-9,New,\n")
    capsys.readouterr()
    place.run("import", changed, "--update")
    assert capsys.readouterr().out == summary(3, created=1, updated=1, existed=1)
    (dossier,) = (one for one in export(place, tmp_path) if one["dossier"].get("external_identifier") == "EPD-1")
    assert dossier["person"] == {"lastname": "Duren", "birthdate": "1980"}


def test_a_dry_run_needs_no_place_and_writes_no_dossier(
    patients: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    patients.write_text(HEADER + "EPD-1,Zoë,van Duren,1980\nEPD-2,Jan,Vos,later\n", encoding="utf-8")
    assert main(["import", str(patients), "--group", "g", "--dry-run"]) == 1
    assert capsys.readouterr().out == "Finished: 2 rows read, 1 valid, 1 rejected\n"
    assert (tmp_path / "patients.rejected.csv").exists()


@pytest.mark.parametrize("file_format", ["csv", "ndjson"])
def test_an_export_imported_into_the_same_group_changes_nothing(
    place: Place, patients: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], file_format: str
) -> None:
    place.run("import", patients)
    first, second, third = (tmp_path / f"{number}.{file_format}" for number in range(3))
    place.run("export", "--format", file_format, "--output", first)
    capsys.readouterr()
    place.run("import", first)
    assert capsys.readouterr().out == summary(3, existed=3)
    place.run("export", "--format", file_format, "--output", second)
    assert first.read_bytes() == second.read_bytes()
    capsys.readouterr()

    other = f"{place.group}-2"
    place.run("import", first, group=other)
    assert capsys.readouterr().out == summary(3, created=3)
    place.run("export", "--format", file_format, "--output", third, group=other)

    def without_ids(file: Path) -> list[str]:
        return sorted(re.sub(r'"?[0-9a-f-]{36}"?', "", line) for line in file.read_text().splitlines())

    assert without_ids(third) == without_ids(first)


def test_standard_input_and_output_make_a_pipe(
    place: Place,
    patients: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.chdir(tmp_path)
    place.run("import", patients)
    capfdbinary.readouterr()
    place.run("export", "--format", "csv")
    printed, errors = capfdbinary.readouterr()
    assert printed.startswith(",".join(fields.COLUMNS).encode() + b"\r\n")
    assert "Zoë".encode() in printed
    assert errors == b"Finished: 3 dossiers exported\n"
    wrong = printed.replace(b"1980-02-23", b"x")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(Unseekable(wrong))))
    place.run("import", "-", group=f"{place.group}-2", status=1)
    assert capfdbinary.readouterr()[0].decode() == summary(3, created=2, rejected=1)
    assert (tmp_path / "import.rejected.csv").exists()


class Unseekable(io.BytesIO):
    """A pipe."""

    def seekable(self) -> bool:
        return False


def test_an_empty_group_is_exported_as_an_empty_file(place: Place, tmp_path: Path) -> None:
    for file in (tmp_path / "empty.ndjson", tmp_path / "empty.csv"):
        place.run("export", "--format", file.suffix[1:], "--output", file)
        place.run("import", file)
    assert (tmp_path / "empty.ndjson").read_bytes() == b""
    assert list(csv.reader((tmp_path / "empty.csv").read_text().splitlines())) == [list(fields.COLUMNS)]


def test_formulas_are_neutralized_in_csv(place: Place, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("lastname\n=1+1\n")
    place.run("import", tmp_path / "a.csv")
    place.run("export", "--format", "csv", "--neutralize-formulas", "--output", tmp_path / "b.csv")
    assert ",'=1+1," in (tmp_path / "b.csv").read_text()


def test_an_export_replaces_a_file_when_it_is_complete(
    place: Place, patients: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place.run("import", patients)
    output = tmp_path / "out.ndjson"
    output.write_text("before")

    def interrupt(*_: object) -> Callable[..., None]:
        def write(_: object) -> None:
            raise KeyboardInterrupt

        return write

    with monkeypatch.context() as patch:
        patch.setattr("cli.transfer.exporting.ndjson_writer", interrupt)
        place.run("export", "--output", output, status=130)
    assert output.read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.ndjson", "patients.csv"]
    place.run("export", "--output", output)
    assert output.read_text().count("\n") == 3
    place.run("export", "--output", os.devnull)
    assert not Path(os.devnull).is_file()


# --- Wrong input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["import"], "Missing argument 'FILE'"),
        (["import", "x"], "Missing option '--group'"),
        (["import", "x", "--group", "two words"], "'two words' is not a dossier group"),
        (["import", "x", "--group", "g"], "one of --data, --table, --url is required, or the variable DOSSIERS_URL"),
        (["import", "x", "--group", "g", "--data", "d", "--table", "t"], "--data and --table exclude each other"),
        (["import", "x", "--group", "g", "--data", "d", "--token", "t"], "--data and --token exclude each other"),
        (["import", "x", "--group", "g", "--url", "http://x"], "--token is required"),
        (["import", "x", "--group", "g", "--map", "Naam"], "'Naam' is not of the form COLUMN=FIELD"),
        (["import", "x", "--group", "g", "--map", "Naam=name"], "'name' is not a field: dossier_id, external_identi"),
        (["import", "x", "--group", "g", "--map", "A=city", "--map", "A="], "--map names a column twice"),
        (["export"], "Missing option '--group'"),
        (["export", "--group", "g", "--format", "xml", "--data", "d"], "'xml' is not one of 'csv', 'ndjson'"),
        (
            ["export", "--group", "g", "--neutralize-formulas", "--data", "d"],
            "--neutralize-formulas needs --format csv",
        ),
        (["export", "--group", "g"], "one of --data, --table, --url is required"),
    ],
)
def test_wrong_usage(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.delenv("DOSSIERS_URL", raising=False)
    monkeypatch.delenv("DOSSIERS_TOKEN", raising=False)
    assert main(arguments) == 2
    printed, errors = capsys.readouterr()
    assert (printed, errors.count("\n")) == ("", 1)
    assert message in errors


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        (None, [], "cannot read"),
        (b"", [], "the file is empty"),
        (b"nickname\nx\n", [], "unknown columns: 'nickname'"),
        (b"lastname\nx\n", ["--map", "Naam=city"], "--map names columns that the file lacks: 'Naam'"),
        (b"lastname\nx\n", ["--encoding", "utf-9"], "there is no text encoding 'utf-9'"),
        (b"lastname\nx\n", ["--rejected", "missing/x.csv"], "cannot write the rejected rows to missing/x.csv"),
        (b"lastname\nx\n", ["--rejected", "patients.csv"], "--rejected is the imported file patients.csv"),
        (b"[{}]", [], "the file is a JSON array"),
        (b"\x00\x01\x02", [], "unknown columns"),
    ],
)
def test_a_wrong_file_is_reported_in_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    content: bytes | None,
    options: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path("patients.csv").write_bytes(content)
    assert main(["import", "patients.csv", "--group", "g", "--dry-run", *options]) == 1
    printed, errors = capsys.readouterr()
    assert printed == ""
    assert re.fullmatch(rf"dossiers: .*{re.escape(message)}.*\n", errors), errors
    assert content is None or Path("patients.csv").read_bytes() == content


@pytest.mark.parametrize("command", [["import", "patients.csv"], ["export"]])
def test_a_place_that_cannot_be_used_is_reported_at_once(
    served: Serving,
    patients: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
) -> None:
    monkeypatch.chdir(patients.parent)
    token = served.token("importer")
    for options, message in (
        (["--url", "http://127.0.0.1:1", "--token", token], "http://127.0.0.1:1 does not respond: try again"),
        (["--url", served.url, "--token", "x"], "the token is missing, invalid or expired"),
        (["--url", served.url, "--token", token], "dossier_group_id: not_found (the dossier group does not exist or "),
        (["--data", "nowhere"], "no stack serves nowhere"),
    ):
        assert main([*command, "--group", "not-granted", *options]) == 1
        printed, errors = capsys.readouterr()
        assert (printed, errors.count("\n")) == ("", 1)
        assert errors.startswith(f"dossiers: {message}")


@pytest.mark.engine("moto")
def test_missing_credentials_and_tables_are_reported_at_once(
    patients: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with mock_aws():
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        assert main(["import", str(patients), "--group", "g", "--table", "missing"]) == 1
    assert capsys.readouterr().err == "dossiers: there is no table 'missing' in eu-west-1 of this account\n"
    import boto3  # noqa: PLC0415 - after the mock

    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # it keeps credentials
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    assert main(["import", str(patients), "--group", "g", "--table", "missing"]) == 1
    assert capsys.readouterr().err == "dossiers: AWS cannot be used: Unable to locate credentials\n"


def test_a_reader_may_export_and_not_import(
    served: Serving, patients: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    served.run("grant", "viewer", "viewed", "--role", "reader")
    options = ["--group", "viewed", "--url", served.url, "--token", served.token("viewer")]
    assert main(["export", *options]) == 0
    capsys.readouterr()
    assert main(["import", str(patients), *options]) == 1
    printed, errors = capsys.readouterr()
    assert printed.startswith("Stopped: 0 rows read")
    assert errors.endswith("dossiers: base: forbidden (the role of the user does not permit this)\n")


@pytest.mark.parametrize("output", ["missing/x", "."])
def test_an_output_that_cannot_be_written_is_reported_in_one_line(
    served: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], output: str
) -> None:
    monkeypatch.chdir(tmp_path)
    options = ["--group", "g", "--data", str(served.directory), "--output", output]
    assert main(["export", *options]) == 1
    printed, errors = capsys.readouterr()
    assert (printed, errors.count("\n")) == ("", 1)
    assert errors.startswith(f"dossiers: cannot write to {output}: ")


# --- Interruptions ----------------------------------------------------------------------------------------------------

# The program, with a line of progress after each row.
SLOW = """
import sys
from cli import main, progress
progress.SECONDS_BETWEEN_LINES = 0
sys.exit(main.main(sys.argv[1:]))
"""


@contextmanager
def a_slow_run(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    """The program while it runs, after its first lines of progress. It is killed at the end."""
    command = [sys.executable, "-c", SLOW, *map(str, arguments)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=os.environ | {"NO_COLOR": "1"}) as process:
        assert process.stderr is not None
        while " rows read" not in (line := process.stderr.readline()):
            assert line, "the program ended before its first row"
        try:
            yield process
        finally:
            process.kill()


def a_file_of(rows: int, folder: Path) -> Path:
    """A file of so many rows, half of which have an identifier."""
    file = folder / "many.csv"
    lines = (f"{f'EPD-{number}' if number % 2 else ''},Jan,Vos{number},1980\n" for number in range(rows))
    file.write_text(HEADER + "".join(lines))
    return file


def are_those_of_the_file(dossiers: list[dict[str, Any]], file: Path) -> bool:
    """Whether each row of the file is one dossier, and there is no other."""
    stored = sorted((one["dossier"].get("external_identifier", ""), one["person"]["lastname"]) for one in dossiers)
    with file.open(newline="") as opened:
        return stored == sorted((row["external_identifier"], row["lastname"]) for row in csv.DictReader(opened))


@pytest.mark.parametrize("place", [DATA, URL], indirect=True)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_killed_or_interrupted_is_repeated_and_exactly_the_rows_are_there(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str], number: int
) -> None:
    many = a_file_of(200, tmp_path)
    with a_slow_run("import", many, "--group", place.group, *place.options) as process:
        process.send_signal(number)
        printed, errors = process.communicate(timeout=60)
    half = export(place, tmp_path)
    assert 0 < len(half) < 200
    if number == signal.SIGINT:
        assert process.returncode == 130
        assert printed.startswith(f"Interrupted: {len(half):,} rows read, {len(half):,} created")
        assert errors.endswith("Each row is imported or not at all. Run the same command again to continue.\n")
    capsys.readouterr()
    place.run("import", many)
    counts = re.match(r"Finished: 200 rows read, (\d+) created, 0 updated, (\d+) existed, 0", capsys.readouterr().out)
    assert counts is not None
    created, existed = int(counts[1]), int(counts[2])
    assert created + existed == 200
    # A request of a killed program can arrive after the dossiers were exported.
    assert existed == len(half) if number == signal.SIGINT else existed >= len(half)
    assert are_those_of_the_file(export(place, tmp_path), many)


@LOCAL
def test_a_service_that_is_out_of_reach_for_a_while_delays_an_import(tmp_path: Path) -> None:
    many = a_file_of(500, tmp_path)
    (tmp_path / "stack").mkdir()
    with serve(tmp_path / "stack") as first:
        first.run("grant", "importer", "g")
        options = ["--group", "g", "--url", first.url, "--token", first.token("importer")]
        command = a_slow_run("import", many, *options)
        process = command.__enter__()
    try:
        assert process.poll() is None
        with serve(tmp_path / "stack", port=first.port) as again:
            printed, errors = process.communicate(timeout=120)
            assert (process.returncode, errors.count("dossiers:")) == (0, 0)
            place = Place("g", ("--data", str(again.directory)))
            assert are_those_of_the_file(export(place, tmp_path), many)
        counts = re.match(r"Finished: 500 rows read, ([\d,]+) created, 0 updated, (\d+) existed, 0 rejected", printed)
        assert counts is not None, printed
    finally:
        command.__exit__(None, None, None)


# --- Progress ---------------------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("place", [DATA], indirect=True)
def test_a_terminal_shows_a_bar_with_the_share_and_the_rate(
    place: Place, patients: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.delenv("NO_COLOR", raising=False)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", terminal := Terminal())
        place.run("import", patients)
        place.run("export", "--output", tmp_path / "x")
    shown = terminal.getvalue()
    size = patients.stat().st_size
    for text in (
        "Importing",
        "100%",
        f"{size}/{size} bytes",
        "3 rows read",
        "per second",
        "Exporting",
        "3 dossiers exported",
        "24 hours",
    ):
        assert text in shown
    assert "Duren" not in shown


@pytest.mark.parametrize("place", [DATA], indirect=True)
def test_elsewhere_the_progress_is_lines(
    place: Place, patients: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0)
    place.run("import", patients)
    lines = capsys.readouterr().err.splitlines()
    assert re.fullmatch(r"3 rows read, [\d,]+ per second, 100%, 0:00:00 left", lines[-1]), lines
