"""A cursor is a position in a list of dossiers or of groups, and no other text is one."""

from base64 import urlsafe_b64encode

from hypothesis import given
from hypothesis import strategies as st

from dossiers.domain import cursor
from dossiers.domain.cursor import Position
from dossiers.domain.text import GROUP_ID

ids = st.uuids(version=4).map(str)


@given(st.from_regex(GROUP_ID, fullmatch=True), ids)
def test_a_cursor_decodes_to_its_position(group: str, dossier: str) -> None:
    position = Position(group, dossier)
    assert cursor.decode(cursor.encode(position)) == position


@given(st.from_regex(GROUP_ID, fullmatch=True))
def test_a_cursor_leads_back_to_its_place_in_a_list_of_groups(group: str) -> None:
    position = Position(group)
    assert position.dossier_id is None
    assert cursor.decode(cursor.encode(position)) == position


@given(st.from_regex(GROUP_ID, fullmatch=True), ids)
def test_places_in_the_two_kinds_of_list_have_different_cursors(group: str, dossier: str) -> None:
    assert cursor.encode(Position(group)) != cursor.encode(Position(group, dossier))


@given(st.text() | st.binary().map(lambda raw: urlsafe_b64encode(raw).decode().rstrip("=")))
def test_no_other_text_is_a_cursor(text: str) -> None:
    try:
        position = cursor.decode(text)
    except ValueError:
        return
    assert cursor.encode(position) == text
