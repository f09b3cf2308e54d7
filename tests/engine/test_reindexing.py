"""Reindexing on DynamoDB Local: existing dossiers get the rows and words of the present rules, also under concurrency.

The tests create dossiers while an earlier rule is patched in, and reindex them with the present rule.
"""

import json
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest

from dossiers.domain import names, rows
from dossiers.domain.roles import Role
from dossiers.storage.client import plain_client
from dossiers.storage.items import Put
from dossiers.storage.table import Table
from dossiers.usecases import access, reindexing
from dossiers.usecases.reindexing import Options, Outcome, Result
from tests import first_version
from tests.api import Api, Handlers, Response
from tests.builders import a_body
from tests.conftest import ROOT
from tests.contents import a_user, complete_dossiers, fill, items
from tests.recording import Recording
from tests.threads import at_once

# botocore scans with either reader, so one is enough.
pytestmark = pytest.mark.parametrize("dynamodb_local", ["signed reads"], indirect=True)

OPTIONS = Options(rate=1e9)
NAMES = [("Jan", "de Vries"), ("Piet", "Jansen"), ("Maria Anna", "van den Berg"), ("Jan", None), (None, "Jansen")]
LONG = " ".join(f"w{number}" for number in range(48))

_present_words = names.index_words


def words_cut_short(name: Iterable[str]) -> frozenset[str]:
    """An earlier rule for names: of each word the first three letters, and a word that all names have."""
    return frozenset({"all", *(word[:3] for word in _present_words(name))})


@contextmanager
def earlier_rules() -> Iterator[None]:
    """Until the end of the block, names have other words, and the column of the last name holds the city."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(names, "index_words", words_cut_short)
        patch.setattr(rows, "COLUMNS", rows.COLUMNS | {"lastnameid": lambda _, person: person.get("city")})
        yield


def old_dossiers(api: Api, count: int = 1) -> list[str]:
    """Create dossiers with each of the NAMES by the earlier rules. Returns their ids."""
    with earlier_rules():
        return [
            api.create_dossier(
                firstname=first, lastname=last, city="Utrecht", external_identifier=f"{last}{first}{number}"
            )
            for number in range(count)
            for first, last in NAMES
        ]


def reindex(table: Table, options: Options = OPTIONS) -> Counter[Result]:
    return Counter(outcome.result for outcome in reindexing.reindex(table, options))


def check_new_state(table: Table) -> list[str]:
    """The ids of all dossiers. Fails unless each is complete and has the row that the present rules give its person."""
    stored = {(item["pk"]["S"], item["sk"]["S"]): item for item in items(table)}
    for (_, key), item in stored.items():
        if key.startswith("DOSSIER#"):
            fields = stored[(key, "PERSON")]["person"]["M"]
            person = {name: value["S"] for name, value in fields.items()}
            assert item["row"]["S"] == rows.row(key.removeprefix("DOSSIER#"), person)
    return complete_dossiers(table)


def test_lists_and_searches_show_the_new_columns_and_words_and_no_old_ones(dynamodb_local: Table) -> None:
    api = a_user(dynamodb_local)
    ids = old_dossiers(api)
    assert set(api.search().column("lastnameid")) == {"Utrecht"}
    assert api.search(name="jansen").ids == []

    assert reindex(dynamodb_local) == {Result.REWRITTEN: len(ids)}

    assert check_new_state(dynamodb_local) == sorted(ids)
    found, last_names = api.search(), dict(zip(ids, [last for _, last in NAMES], strict=True))
    assert dict(zip(found.ids, found.column("lastnameid"), strict=True)) == last_names
    assert api.search(name="jansen").ids == sorted(ids[number] for number in (1, 4))
    assert api.search(name="berg anna van").ids == [ids[2]]
    assert api.search(external_identifier="de VriesJan0").column("lastnameid") == ["de Vries"]
    for old in ("all", "jan vri", "pie", "mar ann van"):
        assert api.search(name=old).ids == [], old


def test_a_second_run_reads_each_dossier_and_writes_nothing(dynamodb_local: Table, recording: Recording) -> None:
    ids = old_dossiers(a_user(dynamodb_local))
    recording.clear()
    reindex(dynamodb_local)
    once = {"Scan": 1, "GetItem": len(ids)}
    assert Counter(recording.operations) == once | {"TransactWriteItems": len(ids)}
    recording.clear()
    assert reindex(dynamodb_local) == {Result.UNCHANGED: len(ids)}
    assert Counter(recording.operations) == once


def test_a_dry_run_says_what_a_run_would_do_and_leaves_every_item(dynamodb_local: Table) -> None:
    ids = old_dossiers(a_user(dynamodb_local))
    before = items(dynamodb_local)
    assert reindex(dynamodb_local, Options(rate=1e9, dry_run=True)) == {Result.REWRITTEN: len(ids)}
    assert items(dynamodb_local) == before


def test_with_force_name_items_are_written_although_row_and_words_are_the_same(dynamodb_local: Table) -> None:
    api = a_user(dynamodb_local)
    dossier = api.create_dossier(firstname="jan", lastname="jansen")
    [name_item] = [item for item in items(dynamodb_local) if item["sk"]["S"] == f"jansen#{dossier}"][:1]
    client = plain_client()
    client.put_item(TableName=dynamodb_local.name, Item={**name_item, "of_an_earlier_version": {"S": "x"}})
    assert reindex(dynamodb_local) == {Result.UNCHANGED: 1}
    assert reindex(dynamodb_local, Options(rate=1e9, force=True)) == {Result.REWRITTEN: 1}
    assert not [item for item in items(dynamodb_local) if "of_an_earlier_version" in item]
    assert check_new_state(dynamodb_local) == [dossier]


@pytest.mark.parametrize("count", [1, 9, 10, 48])
def test_names_of_all_lengths_are_reindexed_whole(dynamodb_local: Table, count: int) -> None:
    api = a_user(dynamodb_local)
    name = " ".join(LONG.split()[:count])
    with pytest.MonkeyPatch.context() as earlier:
        earlier.setattr(names, "index_words", lambda name: frozenset(f"old{word}" for word in _present_words(name)))
        dossier = api.create_dossier(firstname=name, lastname=None)
    assert reindex(dynamodb_local) == {Result.REWRITTEN: 1}
    assert check_new_state(dynamodb_local) == [dossier]
    assert api.search(name=name.split()[-1]).ids == [dossier]


def test_a_name_goes_from_pairs_of_words_to_single_words(dynamodb_local: Table) -> None:
    api = a_user(dynamodb_local)
    name = " ".join(LONG.split()[:6])
    with pytest.MonkeyPatch.context() as earlier:
        earlier.setattr(names, "MAX_PAIRED_WORDS", 5)
        dossier = api.create_dossier(firstname=name, lastname=None)
    assert reindex(dynamodb_local) == {Result.REWRITTEN: 1}
    assert check_new_state(dynamodb_local) == [dossier]


# --- Concurrent with the API and with other runs ----------------------------------------------------------------------


def test_a_concurrent_search_finds_each_dossier_once_with_its_old_or_its_new_row(dynamodb_local: Table) -> None:
    api = a_user(dynamodb_local)
    with pytest.MonkeyPatch.context() as earlier:
        # Both rules share the words of the queries.
        earlier.setattr(names, "index_words", lambda name: _present_words(name) | {"old"})
        earlier.setattr(rows, "COLUMNS", rows.COLUMNS | {"lastnameid": lambda *_: "old"})
        ids = [api.create_dossier(firstname="jan piet", lastname="jansen") for _ in range(60)]
    done, seen = threading.Event(), Counter[str]()

    def search(number: int) -> None:
        parameters: dict[str, str] = [{}, {"name": "jan"}, {"name": "jan jansen"}, {"name": "piet jansen jan"}][number]
        while not done.is_set():
            found = api.search(**parameters)
            assert found.ids == sorted(ids)
            seen.update(found.column("lastnameid"))

    def run(number: int) -> None:
        if number < 4:
            search(number)
            return
        try:
            assert reindex(dynamodb_local) == {Result.REWRITTEN: len(ids)}
        finally:
            done.set()

    at_once(5, run)
    assert set(seen) == {"old", "jansen"}
    assert check_new_state(dynamodb_local) == sorted(ids)


def test_concurrent_creates_are_complete(dynamodb_local: Table) -> None:
    api = a_user(dynamodb_local)
    ids = old_dossiers(api, count=8)

    def run(number: int) -> list[str]:
        if number == 0:
            assert reindex(dynamodb_local)[Result.REWRITTEN] == len(ids)
            return ids
        return [json.loads(api.create(a_body(lastname="jansen")).body)["id"] for _ in range(10)]

    everything = [dossier for dossiers in at_once(4, run) for dossier in dossiers]
    assert check_new_state(dynamodb_local) == sorted(everything)
    assert reindex(dynamodb_local) == {Result.UNCHANGED: len(everything)}


def test_of_two_concurrent_runs_each_reads_each_dossier_and_none_fails(dynamodb_local: Table) -> None:
    ids = old_dossiers(a_user(dynamodb_local), count=12)
    counts = at_once(2, lambda _: reindex(dynamodb_local))
    # A dossier that one run rewrites between the two reads of the other is rewritten twice, in the same way.
    assert [count[Result.REWRITTEN] + count[Result.UNCHANGED] for count in counts] == [len(ids)] * 2
    assert [count.total() for count in counts] == [len(ids)] * 2
    assert check_new_state(dynamodb_local) == sorted(ids)


def request(api: Api, method: str, dossier: str, body: dict[str, Any] | None = None) -> Response:
    """The response to a request for one dossier."""
    path = f"/api/v1/dossier_groups/{api.group}/dossiers/{dossier}"
    return api.transport.request(method, path, body=None if body is None else json.dumps(body))


def a_manager(table: Table) -> Api:
    """A user who may delete dossiers."""
    api = a_user(table)
    assert isinstance(api.transport, Handlers)
    access.grant(table, api.transport.user, [api.group], by="tests", role=Role.MANAGER)
    return api


def an_old_dossier(table: Table, group: str, identifier: str | None = None, **person: str) -> str:
    """A dossier as the first version of the service stored it; its id."""
    dossier = str(uuid4())
    table.write([Put(item) for item in first_version.items_of(group, dossier, person, identifier)])
    return dossier


def reindex_while(table: Table, monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]) -> list[Outcome]:
    """The outcomes of a run. Another client makes the change after the run reads the dossier, before it writes it."""
    write, changes = Table.write, [change]

    def write_after_the_change(self: Table, writes: Any, token: str | None = None) -> None:
        if changes:
            changes.pop()()
        write(self, writes, token)

    with monkeypatch.context() as patch:
        patch.setattr(Table, "write", write_after_the_change)
        return list(reindexing.reindex(table, OPTIONS))


PATCHES: dict[str, dict[str, Any]] = {
    "identifier": {"dossier": {"external_identifier": "new"}},
    "name": {"person": {"firstname": "piet"}},
    "field that no list shows": {"person": {"city": "Delft"}},
}


@pytest.mark.parametrize("patch", PATCHES.values(), ids=PATCHES)
@pytest.mark.parametrize("version", ["earlier rules", "first version"])
def test_a_concurrent_update_is_kept(
    dynamodb_local: Table, monkeypatch: pytest.MonkeyPatch, patch: dict[str, Any], version: str
) -> None:
    api = a_user(dynamodb_local)
    if version == "first version":
        dossier = an_old_dossier(dynamodb_local, api.group, "old", firstname="johanna", lastname="jansen")
    else:
        with earlier_rules():
            dossier = api.create_dossier(external_identifier="old", lastname="jansen")
    updated: list[Response] = []

    outcomes = reindex_while(dynamodb_local, monkeypatch, lambda: updated.append(request(api, "PATCH", dossier, patch)))

    assert outcomes == [Outcome(dossier, Result.UNCHANGED, conflicts=1)]
    shown = request(api, "GET", dossier)
    assert shown.json == updated[0].json
    assert shown.headers["etag"] == '"2"'
    assert check_new_state(dynamodb_local) == [dossier]
    assert api.search(name=shown.json["person"]["firstname"]).ids == [dossier]
    assert api.search(external_identifier=shown.json["dossier"]["external_identifier"]).ids == [dossier]


def test_a_dossier_that_another_run_reindexes_concurrently_is_not_written_again(
    dynamodb_local: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = a_user(dynamodb_local)
    with earlier_rules():
        dossier = api.create_dossier()
    outcomes = reindex_while(dynamodb_local, monkeypatch, lambda: reindex(dynamodb_local))
    assert outcomes == [Outcome(dossier, Result.UNCHANGED, conflicts=1)]
    assert check_new_state(dynamodb_local) == [dossier]


def test_a_dossier_that_is_deleted_concurrently_stays_deleted(
    dynamodb_local: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = a_manager(dynamodb_local)
    with earlier_rules():
        dossier = api.create_dossier()

    outcomes = reindex_while(dynamodb_local, monkeypatch, lambda: request(api, "DELETE", dossier))

    assert outcomes == [Outcome(dossier, Result.DELETED, conflicts=1)]
    assert check_new_state(dynamodb_local) == []


def test_concurrent_updates_and_deletions_are_kept(dynamodb_local: Table) -> None:
    api = a_manager(dynamodb_local)
    ids = old_dossiers(api, count=6)
    ids += [an_old_dossier(dynamodb_local, api.group, lastname="jansen") for _ in range(30)]
    updated, deleted = ids[::3], ids[1::3]

    def run(number: int) -> None:
        if number == 0:
            counts = reindex(dynamodb_local)
            assert not counts[Result.FAILED]
        elif number == 1:
            for dossier in updated:
                assert request(api, "PATCH", dossier, {"person": {"firstname": "renamed"}}).status == 200
        else:
            for dossier in deleted:
                assert request(api, "DELETE", dossier).status == 204

    at_once(3, run)
    assert check_new_state(dynamodb_local) == sorted(set(ids) - set(deleted))
    assert api.search(name="renamed").ids == sorted(updated)


# --- From the first version -------------------------------------------------------------------------------------------


def test_a_dossier_of_the_first_version_is_found_by_birthdate_and_alternative_spellings_after_reindexing(
    dynamodb_local: Table,
) -> None:
    api = a_user(dynamodb_local)
    dossier = an_old_dossier(
        dynamodb_local, api.group, "EPD-1", firstname="Anne-Marie", lastname="O'Neil Müller", birthdate="1980-02-23"
    )
    other = an_old_dossier(dynamodb_local, api.group, firstname="Anne", lastname="Jansen", birthdate="1980-03")
    before = request(api, "GET", dossier)
    assert before.headers["etag"] == '"1"'
    assert api.search(name="anne").ids == sorted([dossier, other])
    new = (
        {"name": "annemarie"},
        {"name": "o'neil mueller"},
        {"name": "neil"},
        {"name": "anne", "birthdate": "1980-02"},
    )
    assert [api.search(**criteria).ids for criteria in new] == [[]] * 4

    assert reindex(dynamodb_local) == {Result.REWRITTEN: 2}

    assert [api.search(**criteria).ids for criteria in new] == [[dossier]] * 4
    after = request(api, "GET", dossier)
    assert (after.body, after.headers["etag"]) == (before.body, '"1"')
    assert api.search(external_identifier="EPD-1").ids == [dossier]
    assert reindex(dynamodb_local) == {Result.UNCHANGED: 2}


def test_a_migrated_dossier_is_updated_and_deleted_without_a_trace(dynamodb_local: Table) -> None:
    api = a_manager(dynamodb_local)
    dossiers = [
        an_old_dossier(
            dynamodb_local, api.group, f"EPD-{number}", firstname="Zoë", lastname="d'Acqua", birthdate="1980"
        )
        for number in range(2)
    ]
    reindex(dynamodb_local)
    assert request(api, "PATCH", dossiers[0], {"person": {"lastname": "jansen", "firstname": None}}).status == 200
    assert request(api, "DELETE", dossiers[1]).status == 204
    assert check_new_state(dynamodb_local) == [dossiers[0]]


# --- Ends -------------------------------------------------------------------------------------------------------------

REINDEXING = """
from dossiers.storage.connection import table
from dossiers.usecases import reindexing
for outcome in reindexing.reindex(table(), reindexing.Options(rate=1e9)):
    print(outcome.result, flush=True)
"""


def test_a_killed_run_leaves_complete_dossiers_and_another_run_continues(dynamodb_local: Table) -> None:
    ids = old_dossiers(a_user(dynamodb_local), count=16)
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", REINDEXING], stdout=subprocess.PIPE, text=True, cwd=ROOT
        ) as process:
            assert process.stdout is not None
            for _ in range(random.randint(1, 25)):
                process.stdout.readline()
            process.send_signal(signal.SIGKILL)
    last = reindex(dynamodb_local)
    assert last[Result.REWRITTEN] + last[Result.UNCHANGED] == len(ids)
    assert last[Result.UNCHANGED] > 0
    assert check_new_state(dynamodb_local) == sorted(ids)


def test_a_stopped_run_has_finished_what_it_reports_and_another_run_does_the_rest(dynamodb_local: Table) -> None:
    ids = old_dossiers(a_user(dynamodb_local), count=6)
    outcomes: list[Outcome] = []
    options = Options(rate=1e9, should_stop=lambda: len(outcomes) >= 5)
    for outcome in reindexing.reindex(dynamodb_local, options):
        outcomes.append(outcome)
    assert 5 <= len(outcomes) <= 5 + reindexing.WORKERS
    rest = len(ids) - len(outcomes)
    assert reindex(dynamodb_local) == {Result.UNCHANGED: len(outcomes), Result.REWRITTEN: rest}
    assert check_new_state(dynamodb_local) == sorted(ids)


def test_of_2000_dossiers_only_a_page_and_those_of_the_workers_are_in_memory(
    dynamodb_local: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "ITEMS_PER_PAGE", 100)
    monkeypatch.setattr(reindexing, "PAGES_PER_SECOND", 1000)
    fill(dynamodb_local, "group", 2000, "Jansen")
    scan, read, done, held = Table.scan, 0, 0, 0

    def count_items(self: Table, *arguments: Any, **options: Any) -> Any:
        nonlocal read
        page = scan(self, *arguments, **options)
        read += len(page[0])
        return page

    monkeypatch.setattr(Table, "scan", count_items)
    for outcome in reindexing.reindex(dynamodb_local, OPTIONS):
        assert outcome.result is Result.FAILED  # these have no person
        held = max(held, read - done)
        done += 1
    assert read == done == 2000
    assert held <= 100 + reindexing.WORKERS


def test_the_dossiers_are_counted_for_an_estimate_without_being_read(
    dynamodb_local: Table, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = old_dossiers(a_user(dynamodb_local), count=2)
    monkeypatch.setattr(reindexing, "ITEMS_PER_PAGE", 7)
    monkeypatch.setattr(reindexing, "PAGES_PER_SECOND", 1000)
    recording.clear()
    assert reindexing.count(dynamodb_local, OPTIONS) == len(ids)
    assert set(recording.operations) == {"Scan"}
