"""docs/api.md says what the code does: its tables are compared with the code, its examples are used."""

import json
import re
from datetime import UTC, datetime

import pytest

from dossiers import creating, errors, http, names, pages, parameters, person, rows, text
from dossiers.errors import Keyword
from local import gateway
from tests.docs.markdown import blocks, code, read, section, table

PAGE = read("docs/api.md")


def test_every_keyword_is_explained_under_its_status() -> None:
    status = dict.fromkeys(Keyword, http.STATUSES[errors.Invalid])
    status[Keyword.INTERNAL_ERROR] = 500
    for error in (errors.InvalidJson(), errors.GroupNotFound(), errors.TryAgain()):
        (keyword,) = error.problems.values()
        status[keyword] = http.STATUSES[type(error)]
    explained = table(section(PAGE, "Keywords"))
    assert {code(keyword): int(number) for keyword, number, _ in explained} == status
    assert all(meaning for *_, meaning in explained)


def test_the_statuses_are_those_of_the_code_and_of_a_fault() -> None:
    answers = [(int(status), json.loads(code(body))) for status, body, _ in table(section(PAGE, "Statuses"))]
    assert {status for status, _ in answers} == {*http.STATUSES.values(), 500}
    for status, body in answers:
        for keyword in (keyword for keywords in body.get("errors", {}).values() for keyword in keywords):
            assert [str(status)] == [row[1] for row in table(section(PAGE, "Keywords")) if code(row[0]) == keyword]


def test_the_fields_are_those_of_the_models_in_their_order() -> None:
    documented = [(code(field), code(where)) for field, where, *_ in table(section(PAGE, "Fields"))]
    assert documented == [
        (field, where)
        for where, model in (("dossier", person.Dossier), ("person", person.Person))
        for field in model.model_fields
    ]


# Between them they break every rule that a field has of its own. `taken` takes a table to break.
BREAKING = ("가" * 100, " ".join(map(str, range(49))), "john", "1980-02-30", "9999-01-01")


@pytest.mark.parametrize("row", table(section(PAGE, "Fields")), ids=lambda row: row[0])
def test_the_keywords_of_a_field_are_those_that_its_rules_give(row: list[str]) -> None:
    field, where, _, keywords = row
    given: set[str] = set()
    for value in BREAKING:
        _, problems = person.validated({code(where): {code(field): value}}, today=datetime.now(UTC).date())
        assert problems.keys() <= {code(field)}
        given |= set(problems.values())
    assert set(re.findall(r"`(\w+)`", keywords)) - {"taken"} == given


def test_the_columns_are_those_of_the_rows() -> None:
    assert [code(column) for column, _ in table(section(PAGE, "The table of rows"))] == list(rows.COLUMNS)


def test_the_parameters_are_those_that_are_read() -> None:
    assert [code(parameter) for parameter, *_ in table(section(PAGE, "Query strings"))] == list(parameters._KNOWN)


@pytest.mark.parametrize(
    ("heading", "sentence"),
    [
        ("Fields", f"at most {text.MAX_LENGTH} code points"),
        ("Fields", f"has at most {names.MAX_WORD_BYTES} bytes"),
        ("Fields", f"at most {names.MAX_WORDS} different words"),
        ("Exactly once", f"within {creating.REMEMBERED.total_seconds() / 3600:.0f} hours"),
        ("Long answers", f"{pages.MAX_BODY:,} bytes"),
        ("Long answers", f"`limit=1` to `limit={parameters.MAX_LIMIT}`"),
        ("Query strings", f"1 to {parameters.MAX_LIMIT}"),
        ("Statuses", f"more than {gateway.MAX_PAYLOAD:,} bytes"),
        ("Errors", f"up to its {text.MAX_LENGTH}th code point, and at most {errors.MAX_PROBLEMS} problems"),
    ],
)
def test_the_limits_are_those_of_the_code(heading: str, sentence: str) -> None:
    assert sentence in " ".join(section(PAGE, heading).split())


def test_the_example_of_a_create_is_one() -> None:
    (example,) = blocks(section(PAGE, "Create"), "json")
    new, problems = person.validated(json.loads(example), today=datetime.now(UTC).date())
    assert not problems
    assert not new.is_blank


def test_the_example_of_a_table_is_one() -> None:
    (example,) = blocks(section(PAGE, "The table of rows"), "json")
    shown = json.loads(example)
    dossier_id, year, gender, firstname, lastname = shown["rows"][0]
    assert shown == json.loads(rows.table([rows.row(dossier_id, year, gender, firstname, lastname)]))
