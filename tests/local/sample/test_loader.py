"""The sample data, and the stack as `make run` starts it with them."""

import json
import re
import subprocess
import unicodedata
from collections import Counter
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.local.stack import Stack, dossiers, serving

from dossiers import access, connection, creating, listing, names
from dossiers.table import Table
from local.engine.dynamodb_local import Engine
from local.sample import loader as sample
from local.sample.people import GROUPS, samples
from local.template import create_table

SERVED = pytest.mark.engine("dossiers serve on DynamoDB Local, over HTTP")
MANY = len(list(samples()))


@pytest.fixture
def table(engine: Engine) -> Table:
    name = f"sample-{uuid4()}"
    create_table(engine.client(), name)
    return connection.of_client(engine.client(max_pool_connections=16), name)


def _names(table: Table, user: str) -> Counter[tuple[Any, ...]]:
    rows = json.loads(listing.dossiers(table, user).body)["rows"]
    return Counter(tuple(row[1:]) for row in rows)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty-four dossiers instead of all, three of them without an identifier."""
    monkeypatch.setattr(sample, "samples", lambda: islice(samples(), 24))


@pytest.mark.usefixtures("few")
def test_loading_that_was_interrupted_goes_on_to_each_dossier_exactly_once(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    create, calls = creating.create, iter(range(1000))

    def fails_at_the_tenth(*arguments: Any, **named: Any) -> creating.Created:
        if next(calls) == 10:
            raise ConnectionError("interrupted")
        return create(*arguments, **named)

    with monkeypatch.context() as interrupted:
        interrupted.setattr(creating, "create", fails_at_the_tenth)
        with pytest.raises(ConnectionError):
            sample.load(table)
    assert access.groups_of(table, "anna") == []
    sample.load(table)
    access.grant(table, "everybody", GROUPS, by="test")
    assert sum(_names(table, "everybody").values()) == 24


@pytest.mark.usefixtures("few")
def test_loading_begun_again_after_the_idempotency_keys_have_expired_doubles_nobody(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample.load(table)
    access.revoke(table, "sample-data", access.groups_of(table, "sample-data"))
    later = [replace(one, key=f"{one.key}-after-a-day") for one in islice(samples(), 24)]
    monkeypatch.setattr(sample, "samples", lambda: later)
    sample.load(table)
    access.grant(table, "everybody", GROUPS, by="test")
    assert sum(_names(table, "everybody").values()) == 24


@pytest.mark.usefixtures("few")
def test_once_loaded_it_is_not_loaded_again_nor_is_a_grant_given_back(table: Table) -> None:
    sample.load(table)
    access.revoke(table, "anna", ["noord"])
    said: list[str] = []
    sample.load(table, say=said.append)
    assert said == []
    assert access.groups_of(table, "anna") == ["oost"]


def test_two_users_see_different_groups_that_overlap() -> None:
    anna, bram = (set(groups) for groups in sample.USERS.values())
    assert anna & bram
    assert anna - bram
    assert bram - anna
    assert anna | bram == set(GROUPS)


def test_the_samples_are_the_same_each_time() -> None:
    assert list(samples()) == list(samples())
    assert len({one.key for one in samples()}) == MANY >= 300


def test_whoever_has_no_identifier_can_be_told_by_name_gender_and_year_of_birth() -> None:
    def seen(person: dict[str, Any]) -> tuple[Any, ...]:
        return (person["firstname"], person["lastname"], person["gender"], (person["birthdate"] or "")[:4])

    everybody = Counter((one.group, *seen(one.document["person"])) for one in samples())
    anonymous = [one for one in samples() if one.external_identifier is None]
    assert anonymous
    assert all(everybody[one.group, *seen(one.document["person"])] == 1 for one in anonymous)


def test_the_names_are_hard() -> None:
    people = [one.document["person"] for one in samples()]
    words = [names.words(f"{person['firstname'] or ''} {person['lastname'] or ''}") for person in people]
    assert max(len(set(found)) for found in words) >= 20
    assert max(Counter(map(frozenset, words)).values()) > 1, "no namesakes"
    assert any(person["firstname"] is None for person in people)
    assert any(person["lastname"] is None for person in people)
    letters = {letter for person in people for letter in f"{person['firstname']}{person['lastname']}"}
    scripts = {unicodedata.name(letter).split()[0] for letter in letters}
    assert scripts >= {
        "LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "DEVANAGARI",
        "SOFT", "ZERO", "VARIATION", "COMBINING", "APOSTROPHE", "RIGHT", "LEFT", "MODIFIER",
    }  # fmt: skip


@SERVED
def test_the_lines_on_the_screen_work_by_copy_and_paste(tmp_path: Path) -> None:
    with serving(tmp_path / "my data", "--sample") as stack:
        shown = _rest_of_the_screen(stack)
        [token] = re.findall(r"^  (TOKEN=.*)$", shown, re.MULTILINE)
        curls = re.findall(r"^  (curl (?:.*\\\n)*.*)$", shown, re.MULTILINE)
        assert len(curls) == 3
        for curl in curls:
            script = f"set -e; {token}; {curl} --silent --fail"
            ran = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, cwd="/")  # noqa: S607
            assert json.loads(ran.stdout).keys() in ({"headers", "rows"}, {"id"})
            assert json.loads(ran.stdout).get("rows") != []
        assert len(stack.ids()) == MANY * 2 // 3 + 1  # two of three groups, and the one that was created
    with serving(tmp_path / "my data", "--sample") as again:
        assert len(again.ids()) == MANY * 2 // 3 + 1


def _rest_of_the_screen(stack: Stack) -> str:
    assert stack.process.stdout is not None
    lines: list[str] = []
    while not lines or not lines[-1].lstrip().startswith("-d "):
        lines.append(stack.process.stdout.readline())
    return "".join(lines)


@SERVED
def test_an_engine_that_runs_already_is_used_and_left_running(tmp_path: Path, engine: Engine) -> None:
    credentials = {"AWS_ACCESS_KEY_ID": "ELSEWHERE", "AWS_SECRET_ACCESS_KEY": "x"}
    for _ in range(2):
        with serving(tmp_path / "data", "--dynamodb-endpoint", engine.endpoint, environment=credentials) as stack:
            stack.run("grant", "anna", "g")
            stack.create("Jansen")
            assert not (stack.folder / "dynamodb").exists()
    own = replace(engine, credentials=replace(engine.credentials, access_key="ELSEWHERE"))
    access.grant(connection.of_client(own.client(), "dossiers"), "bram", ["g"], by="test")
    assert sum(_names(connection.of_client(own.client(), "dossiers"), "bram").values()) == 2


def test_an_endpoint_where_nothing_answers_is_told_in_one_line(tmp_path: Path) -> None:
    ran = dossiers("serve", "--port", 0, "--data", tmp_path, "--dynamodb-endpoint", "http://127.0.0.1:9")
    assert ran.returncode == 1
    assert ran.stderr.startswith("dossiers: no DynamoDB answers at http://127.0.0.1:9: ")
    assert ran.stderr.count("\n") == 1
