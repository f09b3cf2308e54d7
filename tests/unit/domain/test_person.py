"""What a create and an update take for a birthdate and for a street, and how a patch is merged."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dossiers.domain.content import Content
from dossiers.domain.errors import Invalid
from dossiers.domain.person import parse, validate

TODAY = date(2026, 11, 25)
"""The date in the earliest time zone."""
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)

digits = st.text("0123456789", min_size=1, max_size=4)
near_dates = st.one_of(
    st.dates().map(date.isoformat),
    st.dates(TODAY - timedelta(800), TODAY + timedelta(800)).map(date.isoformat),
    st.tuples(st.integers(1840, 2030), st.integers(0, 13), st.integers(0, 32)).map(
        "{0[0]:04}-{0[1]:02}-{0[2]:02}".format
    ),
    st.tuples(digits, digits, digits).map("-".join),
    st.text("0123456789-/.T ", max_size=10),
)
birthdates = st.tuples(near_dates, st.sampled_from([4, 7, 10, 10, 10, 11])).map(lambda pair: pair[0][: pair[1]])


def problems(**person: object) -> list[tuple[str, str]]:
    return [(name, str(keyword)) for name, keyword in validate({"person": person}, now=NOW)[1]]


def expected_keyword(birthdate: str) -> str | None:
    """The keyword for a birthdate, by a second implementation of the rule. None if it is valid."""
    match = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", birthdate, re.ASCII)
    if match is None:
        return "invalid_date"
    year, month, day = (None if part is None else int(part) for part in match.groups())
    try:
        earliest = date(year or 0, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return "invalid_date"
    if earliest < date(1850, 1, 1):
        return "invalid_date"
    return "in_future" if earliest > TODAY else None


@given(birthdates.filter(lambda text: text == text.strip() != ""))
@example("2026-11-25")
@example("2026-11-26")
@example("2026-11")
@example("2026-12")
@example("2026")
@example("2027")
@example("1850")
@example("1849-12-31")
@example("2024-02-29")
@example("2023-02-29")
def test_a_birthdate_without_day_or_month_is_checked_as_its_first_possible_day(birthdate: str) -> None:
    keyword = expected_keyword(birthdate)
    assert problems(birthdate=birthdate) == ([] if keyword is None else [("birthdate", keyword)])


@pytest.mark.parametrize("line_break", ["\r\n", "\r", "\n"])
def test_a_line_break_in_a_street_is_stored_as_a_line_feed(line_break: str) -> None:
    new, found = validate({"person": {"street": f"Huize Rust{line_break}Dorpsstraat 1"}}, now=NOW)
    assert (new.content.person, found) == ({"street": "Huize Rust\nDorpsstraat 1"}, [])


@given(st.text("\r\nab\u2028 ", max_size=12))
def test_the_lines_of_a_street_are_kept(street: str) -> None:
    new, found = validate({"person": {"street": street}}, now=NOW)
    kept = street.strip("\r\n\u2028 ")
    assert found == []
    assert (new.person.street or "").split("\n") == re.split("\r\n|\r|\n", kept)


def test_a_line_separator_is_not_a_line_break_and_is_kept() -> None:
    """U+2028 and U+2029 are no control characters: every field may hold them."""
    new, found = validate({"person": {"street": "a\u2028b", "city": "a\u2029b"}}, now=NOW)
    assert (new.content.person, found) == ({"street": "a\u2028b", "city": "a\u2029b"}, [])


def test_the_first_broken_rule_of_a_field_is_reported() -> None:
    broken = {"city": "x\ny" * 300, "street": "x\0y" * 300, "zipcode": "x" * 300}
    assert dict(problems(**broken)) == {"city": "invalid", "street": "invalid", "zipcode": "too_long"}


# --- Merging: RFC 7396 -----------------------------------------------------------------------------------------------

FIELDS = ["firstname", "city", "initials"]
values = st.sampled_from(["a", "b", " a\u200b", "", " ", None])
parts = st.dictionaries(st.sampled_from(FIELDS), values)
patches = st.fixed_dictionaries(
    {},
    optional={
        "person": st.one_of(st.none(), parts),
        "dossier": st.one_of(st.none(), st.dictionaries(st.just("external_identifier"), values)),
    },
)
contents = st.builds(
    Content,
    st.sampled_from(["a", "b", None]),
    st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(["a", "b"])),
)


def merge_patch(target: Any, patch: Any) -> Any:
    """MergePatch of RFC 7396, section 2."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), value)
    return merged


def trimmed(part: dict[str, str | None]) -> dict[str, str | None]:
    """The fields as the rules of a create take them: a text that is empty after trimming is null."""
    return {name: (value or "").strip(" \u200b") or None for name, value in part.items()}


@given(contents, patches)
def test_a_patch_is_merged_as_rfc_7396_says(content: Content, patch: dict[str, Any]) -> None:
    """With one exception: null for `dossier` or `person` changes nothing."""
    identifier = content.external_identifier
    stored = {
        "dossier": {} if identifier is None else {"external_identifier": identifier},
        "person": dict(content.person),
    }
    expected = merge_patch(stored, {name: trimmed(part) for name, part in patch.items() if part is not None})
    valid, found = validate(patch, now=NOW)
    merged = valid.merge(content)
    assert found == []
    assert merged == Content(expected["dossier"].get("external_identifier"), expected["person"])


@given(contents, patches)
def test_a_patch_that_is_merged_twice_changes_nothing_the_second_time(content: Content, patch: dict[str, Any]) -> None:
    valid, _ = validate(patch, now=NOW)
    merged = valid.merge(content)
    assert valid.merge(merged) == merged


@given(contents)
def test_a_merge_leaves_the_content_that_it_is_given_alone(content: Content) -> None:
    before = Content(content.external_identifier, dict(content.person))
    valid, _ = validate({"person": {"firstname": "c", "city": None}}, now=NOW)
    valid.merge(content)
    assert content == before


@pytest.mark.parametrize("nothing", [{}, {"person": None}, {"dossier": None}, {"person": {}, "dossier": {}}])
def test_nothing_sent_changes_nothing(nothing: dict[str, Any]) -> None:
    content = Content("x", {"firstname": "Jan"})
    assert validate(nothing, now=NOW)[0].merge(content) == content


# --- Refusing --------------------------------------------------------------------------------------------------------


def test_parse_returns_a_valid_document() -> None:
    document = parse({"dossier": {"external_identifier": " x"}, "person": {"city": "Ede", "email": ""}}, now=NOW)
    assert document.content == Content("x", {"city": "Ede"})


def test_parse_names_every_problem_of_the_fields_and_of_the_name() -> None:
    words = " ".join(str(number) for number in range(49))
    with pytest.raises(Invalid) as refused:
        parse({"x": 1, "person": {"firstname": words, "gender": "x"}}, now=NOW)
    assert refused.value.problems == {
        "x": ("unknown",),
        "firstname": ("too_many_words",),
        "gender": ("inclusion",),
    }


def test_the_valid_fields_of_a_broken_document_are_kept() -> None:
    """So that the words of a name are counted whatever else is wrong."""
    document = {"dossier": 1, "person": {"firstname": "Jan", "gender": "x", "birthdate": 1, "y": 1}}
    assert validate(document, now=NOW)[0].content.person == {"firstname": "Jan"}
