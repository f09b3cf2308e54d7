"""An error reports every keyword under every name, up to a number of names."""

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import dossiers
from dossiers.domain.errors import MAX_PROBLEMS, Invalid, Keyword

problems = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(Keyword)), max_size=8)


@given(problems)
def test_each_name_has_each_of_its_keywords_once_in_alphabetical_order(found: list[tuple[str, Keyword]]) -> None:
    expected = {name: tuple(sorted({keyword for other, keyword in found if other == name})) for name, _ in found}
    assert Invalid(found).problems == expected


KEYWORDS = {
    "blank", "dossier_group_id_required", "forbidden", "in_future", "inclusion", "internal_error", "invalid",
    "invalid_date", "invalid_email", "invalid_json", "name_required", "not_found", "reused", "stale", "taken",
    "too_long", "too_many_words", "try_again", "unknown",
}  # fmt: skip


def test_the_keywords_are_the_published_ones() -> None:
    assert set(Keyword) == KEYWORDS


def test_every_keyword_is_reported_somewhere() -> None:
    package = Path(dossiers.__file__).parent
    source = "".join(file.read_text(encoding="utf-8") for file in package.rglob("*.py"))
    assert set(re.findall(r"\bKeyword\.([A-Z_]+)", source)) == set(Keyword.__members__)


def test_names_that_are_unknown_hide_no_other_problem() -> None:
    unknown = [(str(number), Keyword.UNKNOWN) for number in range(2 * MAX_PROBLEMS)]
    reported = Invalid([*unknown, ("email", Keyword.INVALID_EMAIL), ("email", Keyword.UNKNOWN)]).problems
    assert len(reported) == MAX_PROBLEMS
    assert reported["email"] == ("invalid_email", "unknown")
