"""The model accepts every right response and refuses every wrong response."""

import json
from typing import Any

import pytest

from dossiers.domain import rows
from tests.api import COLUMNS, Response
from tests.failures.model import Dossier, Listing, Model, Wrong

Row = list[Any]


def a_row(dossier: Dossier, **other: Any) -> Row:
    values = dict(zip(COLUMNS, json.loads(rows.row(dossier.id or "", dossier.person)), strict=True))
    return list((values | other).values())


def a_page(*rows: Row, link: bool = False) -> Response:
    headers = {"link": '<https://api.example.com/next>; rel="next"'} if link else {}
    return Response(200, headers, json.dumps({"headers": COLUMNS, "rows": list(rows)}))


def rows_named(model: Model, names: str) -> list[Row]:
    """The rows of the dossiers with these last names. Each name is one letter."""
    dossiers = {dossier.lastname: dossier for dossier in model.dossiers}
    return [a_row(dossiers[name]) for name in names]


@pytest.fixture
def model() -> Model:
    """Three dossiers that exist, and a fourth whose create returned 503. By name the fourth is the second."""
    model = Model()
    for number, name in enumerate("acd"):
        model.add(Dossier("group", "Jan", name, id=f"id-{number}", exists=True))
    model.add(Dossier("group", "Jan", "b"))
    return model


def everything(_: Dossier) -> bool:
    return True


def test_a_list_is_right_with_and_without_a_dossier_that_may_exist(model: Model) -> None:
    a, c, d, b = model.dossiers
    Listing(model, everything).add(a_page(a_row(a), a_row(c), a_row(d)))
    Listing(model, everything).add(a_page(a_row(a), a_row(b, id="id-00"), a_row(c), a_row(d)))
    assert (b.id, b.exists) == ("id-00", True)


def test_a_dossier_that_was_listed_once_must_be_listed_again(model: Model) -> None:
    a, c, d, b = model.dossiers
    Listing(model, everything).add(a_page(a_row(a), a_row(b, id="id-00"), a_row(c), a_row(d)))
    with pytest.raises(Wrong, match="missing"):
        Listing(model, everything).add(a_page(a_row(a), a_row(c), a_row(d)))
    with pytest.raises(Wrong, match="two dossiers"):
        Listing(model, everything).add(a_page(a_row(a), a_row(b, id="id-01"), a_row(c), a_row(d)))


def test_a_dossier_that_exists_under_an_unknown_id_must_be_in_a_complete_list(model: Model) -> None:
    model.dossiers[-1].exists = True
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
    Listing(model, lambda dossier: dossier is a).add(a_page(a_row(a)))


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
        Listing(model, lambda dossier: dossier is a).add(a_page(a_row(a), a_row(c)))


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
