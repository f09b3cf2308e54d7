"""A cursor is a position in a list, and no other text is one."""

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


@given(st.text() | st.binary().map(lambda raw: urlsafe_b64encode(raw).decode().rstrip("=")))
def test_no_other_text_is_a_cursor(text: str) -> None:
    try:
        position = cursor.decode(text)
    except ValueError:
        return
    assert cursor.encode(position) == text
