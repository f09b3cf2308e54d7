"""The model accepts every right response and refuses every wrong response."""

import json
from typing import Any

import pytest

from dossiers.domain.content import PERSON_FIELDS
from tests.api import COLUMNS, Response
from tests.failures.model import DELETED, NOT_CREATED, Dossier, Listing, Model, State, Wrong

Row = list[Any]


def a_row(dossier: Dossier, **other: Any) -> Row:
    values = dict(zip(COLUMNS, dossier.created.row(dossier.id or ""), strict=True))
    return list((values | other).values())


def a_page(*rows: Row, link: bool = False) -> Response:
    headers = {"link": '<https://api.example.com/next>; rel="next"'} if link else {}
    return Response(200, headers, json.dumps({"headers": COLUMNS, "rows": list(rows)}))


def rows_named(model: Model, names: str) -> list[Row]:
    """The rows of the dossiers with these last names. Each name is one letter."""
    dossiers = {dossier.created.lastname: dossier for dossier in model.dossiers}
    return [a_row(dossiers[name]) for name in names]


@pytest.fixture
def model() -> Model:
    """Three dossiers that exist, and a fourth whose create returned 503. By name the fourth is the second."""
    model = Model()
    for number, name in enumerate("acd"):
        model.add(Dossier("group", State("Jan", name), id=f"id-{number}"))
    model.add(Dossier("group", State("Jan", "b")))
    return model


def everything(*_: object) -> bool:
    return True


def test_a_list_is_right_with_and_without_a_dossier_that_may_exist(model: Model) -> None:
    a, c, d, b = model.dossiers
    Listing(model, everything).add(a_page(a_row(a), a_row(c), a_row(d)))
    Listing(model, everything).add(a_page(a_row(a), a_row(b, id="id-00"), a_row(c), a_row(d)))
    assert (b.id, b.must_exist) == ("id-00", True)


def test_a_dossier_that_was_listed_once_must_be_listed_again(model: Model) -> None:
    a, c, d, b = model.dossiers
    Listing(model, everything).add(a_page(a_row(a), a_row(b, id="id-00"), a_row(c), a_row(d)))
    with pytest.raises(Wrong, match="missing"):
        Listing(model, everything).add(a_page(a_row(a), a_row(c), a_row(d)))
    with pytest.raises(Wrong, match="two dossiers"):
        Listing(model, everything).add(a_page(a_row(a), a_row(b, id="id-01"), a_row(c), a_row(d)))


def test_a_dossier_that_exists_under_an_unknown_id_must_be_in_a_complete_list(model: Model) -> None:
    model.dossiers[-1].record_create()
    page = a_page(*rows_named(model, "acd"))
    with pytest.raises(Wrong, match="missing"):
        Listing(model, everything).add(page)
    Listing(model, everything, limit=2).add(a_page(*rows_named(model, "ac"), link=True))


def test_pages_are_right_when_together_they_are_the_list(model: Model) -> None:
    a, c, d, _ = model.dossiers
    listing = Listing(model, everything, limit=2)
    listing.add(a_page(a_row(a), a_row(c), link=True))
    listing.add(a_page(a_row(d)))


def test_a_dossier_that_the_filter_leaves_out_is_not_missed(model: Model) -> None:
    a, *_ = model.dossiers
    Listing(model, lambda dossier, _: dossier is a).add(a_page(a_row(a)))


@pytest.mark.parametrize(
    ("shown", "message"),
    [
        ("", "missing"),
        ("ac", "missing"),
        ("cd", "missing"),
        ("acdd", "repeated"),
        ("adc", "out of order"),
    ],
)
def test_a_list_with_other_rows_is_wrong(model: Model, shown: str, message: str) -> None:
    with pytest.raises(Wrong, match=message):
        Listing(model, everything).add(a_page(*rows_named(model, shown)))


@pytest.mark.parametrize(
    "other", [{"birth_year": 1981}, {"gender": "F"}, {"firstname": "Piet"}, {"lastnameid": "nobody"}, {"id": "id-9"}]
)
def test_a_row_with_another_value_is_wrong(model: Model, other: dict[str, Any]) -> None:
    a, c, d, _ = model.dossiers
    with pytest.raises(Wrong):
        Listing(model, everything).add(a_page(a_row(a, **other), a_row(c), a_row(d)))


def test_a_row_that_was_not_requested_is_wrong(model: Model) -> None:
    a, c, *_ = model.dossiers
    with pytest.raises(Wrong, match="not requested"):
        Listing(model, lambda dossier, _: dossier is a).add(a_page(a_row(a), a_row(c)))


def test_a_page_that_skips_a_dossier_is_wrong_although_there_is_a_link(model: Model) -> None:
    a, _, d, _ = model.dossiers
    with pytest.raises(Wrong, match="missing"):
        Listing(model, everything, limit=2).add(a_page(a_row(a), a_row(d), link=True))


@pytest.mark.parametrize(
    ("shown", "limit", "link"), [("", 2, True), ("a", 2, True), ("ac", None, True), ("acd", 2, False)]
)
def test_a_page_of_another_size_than_its_limit_is_wrong(
    model: Model, shown: str, limit: int | None, link: bool
) -> None:
    page = a_page(*rows_named(model, shown), link=link)
    with pytest.raises(Wrong, match="limit"):
        Listing(model, everything, limit).add(page)


@pytest.mark.parametrize("body", ["", "{}", "[]", "0", '{"headers": [], "rows": []}', '{"message": "<html>"}'])
def test_a_body_that_is_no_table_is_wrong(model: Model, body: str) -> None:
    with pytest.raises(Wrong, match="is no"):
        Listing(model, everything).add(Response(200, {}, body))


# --- Updates and deletes --------------------------------------------------------------------------------------------

A = State("Jan", "a")
B = A.update({"lastname": "b"})
C = B.update({"lastname": "c"})


def a_model(*possible: Any) -> tuple[Model, Dossier]:
    """One dossier, and the states that are possible."""
    model, dossier = Model(), Dossier("group", A, id="id-0", possible=list(possible))
    model.add(dossier)
    return model, dossier


def a_list_of(*states: State) -> Response:
    return a_page(*(state.row("id-0") for state in states))


def test_an_update_that_changes_something_increments_the_version() -> None:
    assert (A.version, B.version, C.version) == (1, 2, 3)
    assert B.update({"lastname": "b", "gender": "M"}) is B


@pytest.mark.parametrize("shown", [A, B, C])
def test_each_possible_state_may_be_listed(shown: State) -> None:
    model, _ = a_model(A, B, C)
    Listing(model, everything).add(a_list_of(shown))


def test_the_state_before_an_update_that_was_listed_is_not_possible_any_more() -> None:
    model, dossier = a_model(A, B, C)
    Listing(model, everything).add(a_list_of(B))
    assert dossier.possible == [B, C]
    with pytest.raises(Wrong):
        Listing(model, everything).add(a_list_of(A))


def test_an_update_whose_response_was_lost_may_still_come() -> None:
    model, dossier = a_model(A, B)
    Listing(model, everything).add(a_list_of(A))
    assert dossier.possible == [A, B]
    Listing(model, everything).add(a_list_of(B))
    assert dossier.possible == [B]


def test_a_state_that_no_update_made_is_wrong() -> None:
    model, _ = a_model(A, B)
    with pytest.raises(Wrong, match="not so"):
        Listing(model, everything).add(a_list_of(C))


def test_a_dossier_that_may_be_deleted_may_be_missing_and_then_stays_so() -> None:
    model, dossier = a_model(A, DELETED)
    Listing(model, everything).add(a_list_of(A))
    Listing(model, everything).add(a_list_of())
    assert dossier.possible == [DELETED]
    with pytest.raises(Wrong):
        Listing(model, everything).add(a_list_of(A))


def test_a_dossier_that_was_deleted_must_be_missing() -> None:
    model, _ = a_model(DELETED)
    Listing(model, everything).add(a_list_of())
    with pytest.raises(Wrong):
        Listing(model, everything).add(a_list_of(A))


def test_a_dossier_that_was_not_created_may_be_later() -> None:
    model, dossier = a_model(NOT_CREATED, A)
    Listing(model, everything).add(a_list_of())
    assert dossier.possible == [NOT_CREATED, A]


def is_named_b(_: Dossier, state: State) -> bool:
    return state.lastname == "b"


def test_a_dossier_that_belongs_to_a_list_in_some_possible_states_may_be_in_it() -> None:
    for shown in (a_list_of(), a_list_of(B)):
        model, _ = a_model(A, B)
        Listing(model, is_named_b).add(shown)


def test_a_dossier_that_belongs_to_a_list_in_every_possible_state_must_be_in_it() -> None:
    model, _ = a_model(B)
    with pytest.raises(Wrong, match="missing"):
        Listing(model, is_named_b).add(a_list_of())


def test_a_dossier_that_is_not_in_a_list_has_a_state_that_does_not_belong_to_it() -> None:
    model, dossier = a_model(B, C)
    Listing(model, is_named_b).add(a_list_of())
    assert dossier.possible == [C]


def test_a_row_of_a_state_that_does_not_belong_to_the_list_is_wrong() -> None:
    model, _ = a_model(A, B)
    with pytest.raises(Wrong, match="not requested"):
        Listing(model, is_named_b).add(a_list_of(A))


def a_show(state: State, etag: str | None = None, **other: Any) -> Response:
    person = dict.fromkeys(PERSON_FIELDS) | state.person
    dossier = {"external_identifier": state.identifier}
    moments = {"created_at": "2026-11-24T04:05:21.123Z", "updated_at": "2026-11-24T04:05:21.123Z"}
    body = {"id": "id-0", "dossier": dossier, "person": person, **moments} | other
    return Response(200, {"etag": etag or f'"{state.version}"'}, json.dumps(body))


def test_a_show_of_the_state_is_right_and_any_other_is_wrong() -> None:
    assert B.is_shown_by(a_show(B))
    for wrong in (a_show(A), a_show(B, etag='"1"'), a_show(B, dossier={"external_identifier": "x"}), a_show(B, x=1)):
        assert not B.is_shown_by(wrong)


def test_an_observation_of_no_possible_state_is_wrong() -> None:
    _, dossier = a_model(A, B)
    with pytest.raises(Wrong, match="no such state"):
        dossier.observe(lambda state: state == C, "no such state")
    assert dossier.possible == [A, B]
