"""The command `dossiers reindex`: what it prints, how it ends, and how it is stopped."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from moto import mock_aws

from cli import reindex
from cli.main import main
from dossiers.domain import names, person, rows
from dossiers.domain.content import Content
from dossiers.domain.criteria import ListCriteria
from dossiers.storage import connection, items
from dossiers.storage.items import Delete, Put
from dossiers.storage.table import Table
from dossiers.usecases import creating, listing
from dossiers.usecases.access import Grant
from local.engine.table import create_table
from tests import first_version
from tests.serving import serve

TABLE = "patients"
GRANT = Grant("user", "noord")
PERSON = {"firstname": "Geheime", "lastname": "Naam"}
REINDEX = ["reindex", "--table", TABLE, "--rate", "10000"]
MOTO = pytest.mark.engine("moto")


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    """An empty table at moto's AWS."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    with mock_aws():
        import boto3  # noqa: PLC0415 - made after the mock is in place

        client = boto3.client("dynamodb")
        create_table(client, TABLE)
        yield connection.of_client(client, TABLE)


def create_old_dossier(table: Table) -> str:
    """Create a dossier whose row has the columns of an earlier version. Returns its id."""
    with pytest.MonkeyPatch.context() as earlier:
        earlier.setattr(rows, "COLUMNS", dict(list(rows.COLUMNS.items())[:-1]))
        return creating.create(table, GRANT, person.parse({"person": PERSON}, now=datetime.now(UTC)).content).id


def a_dossier_of_the_first_version(table: Table, **person: str) -> str:
    """A dossier without a version, without a birthdate in its name items, without alternative spellings; its id."""
    dossier = str(uuid4())
    table.write([Put(item) for item in first_version.items_of(GRANT.group, dossier, person, f"EPD-{dossier}")])
    return dossier


def found(table: Table, name: str, birthdate: str | None = None) -> list[str]:
    """The ids of the dossiers that a search finds."""
    page = listing.dossiers(table, [GRANT], ListCriteria(names.readings(name), birthdate))
    return [row[0] for row in json.loads(page.body)["rows"]]


def row(table: Table, dossier: str) -> str:
    stored = table.get(items.dossier_key(GRANT.group, dossier))
    assert stored is not None
    return str(stored["row"])


def summary(end: str, **counts: int) -> str:
    parts = ("read", "rewritten", "unchanged", "deleted meanwhile", "conflicts retried", "failed")
    return f"{end}: {', '.join(f'{counts.get(part, 0)} {part}' for part in parts)}\n"


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@MOTO
def test_it_rewrites_old_dossiers_and_a_second_run_changes_nothing(
    table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    dossiers = [create_old_dossier(table) for _ in range(3)]
    assert main(REINDEX) == 0
    assert capsys.readouterr() == (summary("Finished", read=3, rewritten=3), "")
    assert all(row(table, dossier) == rows.row(dossier, PERSON) for dossier in dossiers)
    assert main(REINDEX) == 0
    assert capsys.readouterr() == (summary("Finished", read=3, unchanged=3), "")
    assert main([*REINDEX, "--force"]) == 0
    assert capsys.readouterr() == (summary("Finished", read=3, rewritten=3), "")


@MOTO
def test_it_migrates_dossiers_of_the_first_version_without_force(
    table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = a_dossier_of_the_first_version(table, firstname="Jan", lastname="de Vries", birthdate="1980-02-23")
    spelled = a_dossier_of_the_first_version(table, firstname="Anne-Marie", lastname="O'Neil", birthdate="1980")
    nameless = a_dossier_of_the_first_version(table, city="Utrecht")
    new = creating.create(table, GRANT, Content(None, {"firstname": "Jan", "birthdate": "1980-02"})).id
    assert (found(table, "annemarie"), found(table, "jan", "1980")) == ([], [new])

    assert main([*REINDEX, "--dry-run"]) == 0
    assert "3 to rewrite (dry run), 1 unchanged" in capsys.readouterr().out
    assert main(REINDEX) == 0
    assert capsys.readouterr() == (summary("Finished", read=4, rewritten=3, unchanged=1), "")

    assert found(table, "annemarie neil") == found(table, "o'neil", "1980-05-06") == [spelled]
    assert found(table, "jan", "1980-02-23") == sorted([plain, new])
    assert found(table, "jan", "1980-02-24") == [new]
    for dossier in (plain, spelled, nameless, new):
        for key in (items.dossier_key(GRANT.group, dossier), items.person_key(dossier)):
            stored = table.get(key)
            assert stored is not None
            assert stored["version"] == 1
    assert main(REINDEX) == 0
    assert capsys.readouterr() == (summary("Finished", read=4, unchanged=4), "")


@MOTO
def test_a_dry_run_says_what_it_would_rewrite_and_writes_nothing(
    table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    dossier = create_old_dossier(table)
    old = row(table, dossier)
    assert main([*REINDEX, "--dry-run"]) == 0
    assert "1 to rewrite (dry run)" in capsys.readouterr().out
    assert row(table, dossier) == old


@MOTO
def test_a_dossier_that_fails_is_named_by_its_id_and_the_others_are_rewritten(
    table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    broken, _ = create_old_dossier(table), create_old_dossier(table)
    table.write([Delete(items.person_key(broken))])
    assert main(REINDEX) == 1
    printed, errors = capsys.readouterr()
    assert printed == summary("Finished", read=2, rewritten=1, failed=1)
    first, last = errors.splitlines()
    assert first == f"{broken} failed: no_person"
    assert last == "dossiers: 1 of the dossiers failed: the lines above have their ids and the reasons"


@MOTO
def test_a_terminal_shows_a_progress_bar_without_names(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        create_old_dossier(table)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    assert main(REINDEX) == 0
    shown = terminal.getvalue()
    assert "3/3" in shown
    assert "per second" in shown
    assert "Geheime" not in shown


@MOTO
@pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_without_control_characters_the_progress_is_lines(
    table: Table, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    for _ in range(2):
        create_old_dossier(table)
    monkeypatch.setattr(reindex, "SECONDS_BETWEEN_LINES", 0)
    monkeypatch.setenv(variable, value)
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    assert main(REINDEX) == 0
    assert re.fullmatch(r"1 dossiers read, \d+ per second\n2 dossiers read, \d+ per second\n", terminal.getvalue())


@pytest.mark.parametrize("rate", ["0", "-1", "1.5", "fast", "10001"])
def test_a_rate_is_a_number_from_1_to_10000(capsys: pytest.CaptureFixture[str], rate: str) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["reindex", "--table", "t", f"--rate={rate}"])
    assert exited.value.code == 2
    assert "is not a rate" in capsys.readouterr().err


@pytest.mark.engine("dossiers serve on DynamoDB Local, over HTTP")
def test_ctrl_c_ends_it_after_the_writes_in_progress_and_the_same_command_continues(tmp_path: Path) -> None:
    with serve(tmp_path, "--sample") as stack:
        options = ["--data", str(stack.directory), "--force", "--rate", "20"]
        slow = subprocess.Popen(
            [sys.executable, "-c", SLOW, "reindex", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"NO_COLOR": "1"},
        )
        assert slow.stderr is not None
        assert "dossiers read" in slow.stderr.readline()
        slow.send_signal(signal.SIGINT)
        printed, errors = slow.communicate(timeout=30)
        assert slow.returncode == 130
        counts = re.match(r"Interrupted: (\d+) read, (\d+) rewritten", printed)
        assert counts is not None, printed
        assert 0 < int(counts[1]) == int(counts[2]) < 300
        assert errors.endswith("Each dossier has its old or its new state. Run the same command again to continue.\n")
        again = stack.run("reindex", "--rate", "10000")
        assert again == summary("Finished", read=300, unchanged=300).strip()


# The program, with a line of progress after each dossier.
SLOW = """
import sys
from cli import main, reindex
reindex.SECONDS_BETWEEN_LINES = 0
sys.exit(main.main(sys.argv[1:]))
"""
