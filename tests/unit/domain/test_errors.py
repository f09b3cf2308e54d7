"""An error reports every keyword under every name, up to a number of names."""

from hypothesis import given
from hypothesis import strategies as st

from dossiers.domain.errors import MAX_PROBLEMS, Invalid, Keyword

problems = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(Keyword)), max_size=8)


@given(problems)
def test_each_name_has_each_of_its_keywords_once_in_alphabetical_order(found: list[tuple[str, Keyword]]) -> None:
    expected = {name: tuple(sorted({keyword for other, keyword in found if other == name})) for name, _ in found}
    assert Invalid(found).problems == expected


def test_unknown_names_do_not_hide_other_problems() -> None:
    unknown = [(str(number), Keyword.UNKNOWN) for number in range(2 * MAX_PROBLEMS)]
    reported = Invalid([*unknown, ("email", Keyword.INVALID_EMAIL), ("email", Keyword.UNKNOWN)]).problems
    assert len(reported) == MAX_PROBLEMS
    assert reported["email"] == ("invalid_email", "unknown")
