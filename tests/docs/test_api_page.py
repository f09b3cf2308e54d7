"""docs/api.md says what the code does: its tables are compared with the code, its examples are used."""

import inspect
import json
import re
from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from email_validator.rfc_constants import EMAIL_MAX_LENGTH

from dossiers import creating, cursor, errors, gzipped, http, names, pages, parameters, person, rows, text
from dossiers.errors import Keyword
from local.gateway import gateway, invocation, request
from tests.docs.markdown import blocks, code, read, section, table

PAGE = read("docs/api.md")


def test_every_keyword_is_explained_under_its_status() -> None:
    status = dict.fromkeys(Keyword, http.STATUSES[errors.Invalid])
    status[Keyword.INTERNAL_ERROR] = 500
    for error in (errors.InvalidJson(), errors.GroupNotFound(), errors.TryAgain(errors.Cause.THROTTLED)):
        ((keyword,),) = error.problems.values()
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
        assert {name for name, _ in problems} <= {code(field)}
        given |= {keyword for _, keyword in problems}
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
        ("Errors", f"up to its {text.MAX_LENGTH}th code point. At most {errors.MAX_PROBLEMS} names"),
        ("By name", f"more than {parameters.MAX_BYTES:,} bytes of UTF-8"),
        ("By external identifier", f"more than {parameters.MAX_BYTES:,} bytes of UTF-8"),
        ("Query strings", f"more than {parameters.MAX_BYTES:,} bytes of UTF-8"),
        ("Keywords", f"a parameter: more than {parameters.MAX_BYTES:,} bytes"),
        ("Fields", f"A year before {person.MIN_BIRTH_YEAR} is `invalid_date`"),
        ("Fields", f"at most {EMAIL_MAX_LENGTH} bytes in UTF-8"),
        ("The table of rows", f"a number from {person.MIN_BIRTH_YEAR} on"),
        ("Keywords", f"or before {person.MIN_BIRTH_YEAR}"),
        ("Long answers", f"{gzipped.MIN_LENGTH:,} characters or more is compressed"),
        ("Long answers", f"`name` is limited to {parameters.MAX_BYTES:,} bytes"),
        ("Long answers", f"{gateway.MAX_HEADER:,} bytes"),
        ("Responses of API Gateway", f"more than {gateway.MAX_HEADER:,} bytes together"),
        ("Responses of API Gateway", f"a body of at most {request.MAX_BODY:,} bytes"),
        ("Responses of API Gateway", f"an event of at most {invocation.MAX_PAYLOAD:,} bytes"),
    ],
)
def test_the_limits_are_those_of_the_code(heading: str, sentence: str) -> None:
    assert sentence in " ".join(section(PAGE, heading).split())


def test_the_example_of_two_keywords_under_one_name_is_one() -> None:
    sent, response = re.findall(r"`(\{[^`]*\})`", section(PAGE, "Fields"))
    _, problems = person.validated(json.loads(sent), today=datetime.now(UTC).date())
    assert json.loads(response) == json.loads(json.dumps({"errors": errors.Invalid(problems).problems}))


def test_the_longest_link_is_as_short_as_the_page_says() -> None:
    """With a domain of 253 characters, which no name of a host exceeds."""
    behind = cursor.Position("g" * 64, "59abe42d-ad25-4273-95ef-86444705e8d3")
    query = parameters.following(f"name={'%27' * parameters.MAX_BYTES}&limit={parameters.MAX_LIMIT}", behind)
    link = f"https://{'d' * 253}/api/v1/dossier_groups/{behind.group}/dossiers?{query}"
    assert len(link) < 4_000
    assert "fewer than 4,000 characters" in section(PAGE, "Long answers")


def test_the_headers_of_requests_are_those_that_the_code_reads_and_the_token() -> None:
    read = re.findall(r'headers\.get\("([^"]+)"\)', inspect.getsource(http))
    documented = {code(header) for header, *_ in table(section(PAGE, "Request headers"))}
    # API Gateway sets X-Forwarded-Proto itself.
    assert documented == {*read, "Authorization"} - {"X-Forwarded-Proto"}


def test_the_headers_of_responses_are_those_that_the_code_sends_and_those_of_api_gateway() -> None:
    sent = re.findall(r'"([A-Z][a-z]+(?:-[A-Z][a-z]+)*)"(?:: |\] = )', inspect.getsource(http))
    documented = {code(header) for header, *_ in table(section(PAGE, "Response headers"))}
    assert documented == {*sent, "Content-Type", "WWW-Authenticate", "apigw-requestid"}


def test_the_responses_of_api_gateway_say_what_the_status_means() -> None:
    for status, body, when in table(section(PAGE, "Responses of API Gateway")):
        phrases = {413: "Request Entity Too Large"}  # newer Pythons say "Content Too Large"
        assert json.loads(code(body)) == {"message": phrases.get(int(status), HTTPStatus(int(status)).phrase)}
        assert when


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
