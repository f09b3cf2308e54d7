"""A row is the columns of a dossier as JSON text."""

import json

from hypothesis import given
from hypothesis import strategies as st

from dossiers.domain import rows

ids = st.uuids(version=4).map(str)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
persons = st.fixed_dictionaries(
    {},
    optional={
        "firstname": texts,
        "lastname": texts,
        "gender": st.sampled_from("MFX"),
        "birthdate": st.dates().map(str),
        "city": texts,
    },
)


@given(ids, persons)
def test_a_row_has_the_columns_in_their_order(dossier_id: str, person: dict[str, str]) -> None:
    row = json.loads(rows.row(dossier_id, person))
    assert row == [value_of(dossier_id, person) for value_of in rows.COLUMNS.values()]


@given(ids, persons)
def test_the_id_is_extracted_from_a_row(dossier_id: str, person: dict[str, str]) -> None:
    assert rows.dossier_id(rows.row(dossier_id, person)) == dossier_id


@given(ids, persons)
def test_the_position_of_a_row_is_its_group_and_its_id(dossier_id: str, person: dict[str, str]) -> None:
    assert rows.position("group", rows.row(dossier_id, person)) == ("group", dossier_id)


def test_a_column_without_a_value_is_null() -> None:
    dossier_id = "59abe42d-ad25-4273-95ef-86444705e8d3"
    assert json.loads(rows.row(dossier_id, {})) == [dossier_id, *[None] * (len(rows.COLUMNS) - 1)]
