"""What becomes of each record of an import."""

from collections.abc import Iterable
from typing import Any

import pytest

from cli.transfer import backoff
from cli.transfer.importing import Options, Outcome, Result, import_records, key_of
from cli.transfer.records import Record
from dossiers.domain.content import Content
from dossiers.domain.errors import BASE, Cause, Keyword, TryAgain
from local.errors import UserError
from tests.cli.transfer.fake_group import FakeGroup

CREATED, UPDATED, EXISTED, REJECTED = Result.CREATED, Result.UPDATED, Result.EXISTED, Result.REJECTED


def a_record(line: int = 2, *, identifier: str | None = None, dossier: str | None = None, **person: Any) -> Record:
    return Record(line, {"dossier": {"external_identifier": identifier}, "person": person}, dossier, [])


def run(
    group: FakeGroup | None,
    records: Iterable[Record],
    *,
    update: bool = False,
    file: str = "patients.csv",
    **options: Any,
) -> list[Outcome]:
    return list(import_records(group, records, Options(file, update=update, **options)))


def results(*arguments: Any, **options: Any) -> list[Result]:
    return [outcome.result for outcome in run(*arguments, **options)]


def reasons(outcome: Outcome) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for field, keyword in outcome.problems:
        found.setdefault(field, []).append(keyword)
    return found


def test_each_record_becomes_a_dossier_and_a_second_import_changes_nothing() -> None:
    group = FakeGroup()
    records = [a_record(line, lastname="Vos") for line in range(100)] + [a_record(200, identifier="EPD-1")]
    assert results(group, records) == [CREATED] * 101
    stored = dict(group.dossiers)
    assert results(group, records) == [EXISTED] * 101
    assert group.dossiers == stored


def test_outcomes_come_in_the_order_of_the_records() -> None:
    records = [a_record(line, lastname="Vos") for line in range(100)]
    assert [outcome.record.line for outcome in run(FakeGroup(), records)] == list(range(100))


def test_an_invalid_record_is_rejected_with_every_problem_and_stops_no_other() -> None:
    group = FakeGroup()
    wrong, blank, right = run(
        group, [a_record(email="x", gender="V", nickname="y"), a_record(lastname=" "), a_record(lastname="Vos")]
    )
    assert reasons(wrong) == {"email": ["invalid_email"], "gender": ["inclusion"], "nickname": ["unknown"]}
    assert (reasons(blank), right.result) == ({"base": ["blank"]}, CREATED)
    assert group.contents == [Content(None, {"lastname": "Vos"})]


def test_a_key_is_of_the_file_the_line_and_the_content() -> None:
    content = Content(None, {"lastname": "Vos"})
    keys = {
        key_of("a.csv", a_record(2), content),
        key_of("b.csv", a_record(2), content),
        key_of("a.csv", a_record(3), content),
        key_of("a.csv", a_record(2), Content(None, {"lastname": "Bos"})),
        key_of("a.csv", a_record(2, dossier="d"), content),
    }
    assert len(keys) == 5
    assert key_of("a.csv", a_record(2), content) in keys
    assert key_of("b.csv", a_record(7, dossier="d"), content) in keys
    assert key_of("\udcff.csv", a_record(2), content)


def test_only_records_that_a_key_alone_recognizes_say_so() -> None:
    records = [a_record(lastname="Vos"), a_record(identifier="EPD-1"), a_record(lastname=" ")]
    assert [outcome.has_key for outcome in run(FakeGroup(), records)] == [True, False, False]


def test_an_identifier_that_exists_is_the_same_dossier_if_the_content_is_the_same() -> None:
    group = FakeGroup()
    run(group, [a_record(identifier="EPD-1", lastname="Vos")])
    same, other = run(
        group,
        [a_record(5, identifier=" EPD-1 ", lastname="Vos"), a_record(6, identifier="EPD-1", lastname="Bos")],
        file="b",
    )
    assert same.result is EXISTED
    assert reasons(other) == {"external_identifier": ["taken"]}
    assert group.contents == [Content("EPD-1", {"lastname": "Vos"})]


def test_an_update_changes_the_fields_of_the_record_and_no_others() -> None:
    group = FakeGroup()
    run(group, [a_record(identifier="EPD-1", lastname="Vos", city="Utrecht", email="a@b.nl")])
    record = a_record(identifier="EPD-1", lastname="Bos", city="")
    assert results(group, [record], update=True) == [UPDATED]
    assert group.contents == [Content("EPD-1", {"lastname": "Bos", "email": "a@b.nl"})]
    assert results(group, [record], update=True) == [EXISTED]


def test_an_update_that_breaks_a_rule_is_rejected() -> None:
    group = FakeGroup()
    run(group, [a_record(identifier="EPD-1", firstname=" ".join(f"w{number}" for number in range(40)))])
    record = a_record(identifier="EPD-1", lastname=" ".join(f"x{number}" for number in range(40)))
    (outcome,) = run(group, [record], update=True)
    assert reasons(outcome) == {"firstname": ["too_many_words"], "lastname": ["too_many_words"]}


@pytest.mark.parametrize(("update", "kept"), [(False, "0"), (True, "39")])
def test_records_of_the_same_identifier_are_imported_in_their_order(update: bool, kept: str) -> None:
    for _ in range(5):
        group = FakeGroup()
        records = [a_record(line, identifier="EPD-1", lastname=str(line)) for line in range(40)]
        found = results(group, records, update=update)
        assert found == [CREATED, *([UPDATED if update else REJECTED] * 39)]
        assert group.contents == [Content("EPD-1", {"lastname": kept})]


def test_a_record_with_the_id_of_a_dossier_is_that_dossier() -> None:
    group = FakeGroup()
    run(group, [a_record(lastname="Vos")])
    (dossier,) = group.dossiers
    assert results(group, [a_record(9, dossier=dossier, lastname="Vos")], file="export.csv") == [EXISTED]
    (other,) = run(group, [a_record(9, dossier=dossier, lastname="Bos")])
    assert reasons(other) == {"dossier_id": ["taken"]}
    assert results(group, [a_record(9, dossier=dossier, lastname="Bos")], update=True) == [UPDATED]
    assert group.dossiers == {dossier: Content(None, {"lastname": "Bos"})}


def test_the_id_of_a_dossier_of_another_group_makes_a_new_dossier_once() -> None:
    group = FakeGroup()
    record = a_record(dossier="59abe42d-ad25-4273-95ef-86444705e8d3", lastname="Vos")
    assert results(group, [record], file="a") == [CREATED]
    assert results(group, [record], file="b") == [EXISTED]
    assert len(group.dossiers) == 1


def test_an_identifier_of_another_dossier_is_taken_in_an_update_by_id() -> None:
    group = FakeGroup()
    run(group, [a_record(identifier="EPD-1"), a_record(lastname="Vos")])
    (vos,) = (dossier for dossier, content in group.dossiers.items() if content.person)
    (outcome,) = run(group, [a_record(dossier=vos, identifier="EPD-1", lastname="Vos")], update=True)
    assert reasons(outcome) == {"external_identifier": ["taken"]}


def test_a_deleted_dossier_with_an_identifier_is_created_again() -> None:
    group = FakeGroup()
    record = a_record(identifier="EPD-1")
    run(group, [record])
    group.dossiers.clear()
    assert results(group, [record]) == [CREATED]


def test_a_dossier_that_is_deleted_in_the_meantime_is_created() -> None:
    group = FakeGroup()
    run(group, [a_record(identifier="EPD-1", lastname="Vos")])

    def delete(request: str) -> None:
        if request == "read":
            group.dossiers.clear()

    group.before = delete
    assert results(group, [a_record(3, identifier="EPD-1", lastname="Bos")]) == [CREATED]
    assert group.contents == [Content("EPD-1", {"lastname": "Bos"})]


def test_a_service_that_is_out_of_reach_for_a_while_loses_nothing_and_makes_nothing_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(backoff, "_WAITS", (0.001,) * 50)
    seen: set[str] = set()
    requests: list[str] = []

    def fail_at_first(request: str) -> None:
        requests.append(request)
        if len(requests) % 3:
            raise TryAgain(Cause.UNREACHABLE)
        seen.add(request)

    group = FakeGroup(fail_at_first)
    records = [a_record(line, lastname=f"Vos {line}") for line in range(50)]
    assert results(group, records) == [CREATED] * 50
    assert len(group.dossiers) == 50
    assert seen == {"create"}


def test_a_service_that_stays_out_of_reach_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "_WAITS", (0.001,))
    count = [0]

    def fail_later(_: str) -> None:
        count[0] += 1
        if count[0] > 20:
            raise TryAgain(Cause.UNREACHABLE)

    group = FakeGroup(fail_later)
    outcomes: list[Outcome] = []
    records = (a_record(line, lastname="Vos") for line in range(10**6))
    with pytest.raises(TryAgain):
        outcomes.extend(import_records(group, records, Options("a")))
    assert len(outcomes) == len(group.dossiers) == 20


def test_an_error_of_the_user_ends_the_run_at_once() -> None:
    def refuse(_: str) -> None:
        raise UserError("the token is missing, invalid or expired")

    group = FakeGroup(refuse)
    with pytest.raises(UserError, match="the token"):
        run(group, (a_record(line, lastname="Vos") for line in range(10**6)))
    assert len(group.requests) < 100


def test_a_stop_finishes_what_is_in_progress_and_a_second_run_continues() -> None:
    group = FakeGroup()
    records = [a_record(line, lastname="Vos") for line in range(1000)]
    first = run(group, records, should_stop=lambda: len(group.dossiers) >= 50)
    assert 50 <= len(first) == len(group.dossiers) < 200
    second = results(group, records)
    assert second == [EXISTED] * len(first) + [CREATED] * (1000 - len(first))


def test_a_dry_run_validates_and_sends_nothing() -> None:
    records = [a_record(lastname="Vos"), a_record(lastname=" "), a_record(identifier="EPD-1")]
    assert results(None, records) == [Result.VALID, REJECTED, Result.VALID]
    assert results(None, records, should_stop=lambda: True) == []


def test_a_record_that_cannot_be_read_is_rejected_without_a_request() -> None:
    group = FakeGroup()
    record = Record(3, {}, None, ["Vos"], [(BASE, Keyword.INVALID)])
    (outcome,) = run(group, [record])
    assert (reasons(outcome), group.requests) == ({"base": ["invalid"]}, [])
