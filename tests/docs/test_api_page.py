"""docs/api.md agrees with the code: the tests compare its tables with the code and use its examples."""

import json
import re
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

import pytest
from email_validator.rfc_constants import EMAIL_MAX_LENGTH

from dossiers.api import compression, dossier_creation, query_string, response
from dossiers.domain import cursor, errors, names, pages, person, rows, text
from dossiers.domain.errors import Keyword
from dossiers.usecases import creating
from local.gateway import gateway, invocation, request
from tests.docs.markdown import blocks, code, read, section, table

PAGE = read("docs/api.md")
API_SOURCE = "".join(file.read_text(encoding="utf-8") for file in Path(response.__file__).parent.glob("*.py"))


def test_every_keyword_is_explained_under_its_status() -> None:
    status = dict.fromkeys(Keyword, response.STATUSES[errors.Invalid])
    status[Keyword.INTERNAL_ERROR] = 500
    for error in (errors.InvalidJson(), errors.GroupNotFound(), errors.TryAgain(errors.Cause.THROTTLED)):
        ((keyword,),) = error.problems.values()
        status[keyword] = response.STATUSES[type(error)]
    explained = table(section(PAGE, "Error keywords"))
    assert {code(keyword): int(number) for keyword, number, _ in explained} == status
    assert all(meaning for *_, meaning in explained)


def test_the_statuses_are_those_of_the_code_and_of_a_fault() -> None:
    documented = [(int(status), json.loads(code(body))) for status, body, _ in table(section(PAGE, "Statuses"))]
    assert {status for status, _ in documented} == {*response.STATUSES.values(), 500}
    for status, body in documented:
        for keyword in (keyword for keywords in body.get("errors", {}).values() for keyword in keywords):
            assert [str(status)] == [
                row[1] for row in table(section(PAGE, "Error keywords")) if code(row[0]) == keyword
            ]


def test_the_fields_are_those_of_the_models_in_their_order() -> None:
    documented = [(code(field), code(where)) for field, where, *_ in table(section(PAGE, "Fields"))]
    assert documented == [
        (field, where)
        for where, model in (("dossier", person.Dossier), ("person", person.Person))
        for field in model.model_fields
    ]


# Together these values break every rule of a single field. Only `taken` depends on the table.
INVALID_VALUES = ("가" * 100, " ".join(map(str, range(49))), "john", "1980-02-30", "9999-01-01")


@pytest.mark.parametrize("row", table(section(PAGE, "Fields")), ids=lambda row: row[0])
def test_the_keywords_of_a_field_are_those_that_its_rules_give(row: list[str]) -> None:
    field, where, _, keywords = row
    given: set[str] = set()
    for value in INVALID_VALUES:
        _, problems = person.validate({code(where): {code(field): value}}, now=datetime.now(UTC))
        assert {name for name, _ in problems} <= {code(field)}
        given |= {keyword for _, keyword in problems}
    assert set(re.findall(r"`(\w+)`", keywords)) - {"taken"} == given


def test_the_columns_are_those_of_the_rows() -> None:
    assert [code(column) for column, _ in table(section(PAGE, "List responses"))] == list(rows.COLUMNS)


def test_the_parameters_are_those_of_the_code() -> None:
    assert [code(parameter) for parameter, *_ in table(section(PAGE, "Query parameters"))] == list(query_string._KNOWN)


LIMITS = {
    "dossier group id": 64,
    "user": text.MAX_LENGTH,
    "field of a create": text.MAX_LENGTH,
    "e-mail address": EMAIL_MAX_LENGTH,
    "earliest year of birth": person.MIN_BIRTH_YEAR,
    "folded word of a name": names.MAX_WORD_BYTES,
    "different words of a name": names.MAX_WORDS,
    "`Idempotency-Key`": 255,
    "lifetime of an `Idempotency-Key`": int(creating.REMEMBERED.total_seconds() / 3600),
    "`name` and `external_identifier` of a search": query_string.MAX_BYTES,
    "`limit`": query_string.MAX_LIMIT,
    "body of a list, before compression": pages.MAX_BODY,
    "shortest body that is compressed": compression.MIN_LENGTH,
    "names that an error reports": errors.MAX_PROBLEMS,
    "request line and header values (API Gateway)": gateway.MAX_HEADER,
    "body (API Gateway)": request.MAX_BODY,
    "event (Lambda)": invocation.MAX_PAYLOAD,
}


def test_the_limits_are_those_of_the_code() -> None:
    documented = {limit: int(value.split()[0].replace(",", "")) for limit, value in table(section(PAGE, "Limits"))}
    assert documented == LIMITS


def test_a_group_id_and_an_idempotency_key_are_as_long_as_the_limits_say() -> None:
    assert [text.is_group_id("g" * length) for length in (64, 65)] == [True, False]
    assert [bool(dossier_creation._key_problems("k" * length)) for length in (255, 256)] == [False, True]


def test_every_long_number_of_the_page_is_a_limit() -> None:
    """Otherwise a sentence could keep a limit that has changed. Two of the lengths have their own tests."""
    numbers = {int(number.replace(",", "")) for number in re.findall(r"\b[0-9]{1,3}(?:,[0-9]{3})+\b", PAGE)}
    assert numbers <= {*LIMITS.values(), 4_000, 4_600_000}


@pytest.mark.parametrize(
    ("heading", "limits"),
    [
        ("Terms", {64, text.MAX_LENGTH}),
        ("By name", {query_string.MAX_BYTES}),
        ("By external identifier", {text.MAX_LENGTH, query_string.MAX_BYTES}),
        ("Fields", {text.MAX_LENGTH, names.MAX_WORD_BYTES, names.MAX_WORDS, EMAIL_MAX_LENGTH, person.MIN_BIRTH_YEAR}),
        ("Idempotency", {text.MAX_LENGTH, int(creating.REMEMBERED.total_seconds() / 3600)}),
        ("Pagination", {pages.MAX_BODY, query_string.MAX_LIMIT, query_string.MAX_BYTES, gateway.MAX_HEADER}),
        ("Query parameters", {query_string.MAX_LIMIT, query_string.MAX_BYTES}),
        ("Compression", {compression.MIN_LENGTH}),
        ("Errors of API Gateway", {gateway.MAX_HEADER, request.MAX_BODY, invocation.MAX_PAYLOAD}),
    ],
)
def test_a_section_gives_the_limits_that_it_is_about(heading: str, limits: set[int]) -> None:
    given = {int(number.replace(",", "")) for number in re.findall(r"\b[0-9][0-9,]*[0-9]\b", section(PAGE, heading))}
    assert limits <= given


def test_a_body_of_the_size_that_is_said_to_pass_does() -> None:
    """In base64, with a kilobyte for the rest of the event."""
    assert "4,600,000 bytes pass" in section(PAGE, "Errors of API Gateway")
    assert invocation.MAX_PAYLOAD > 4_600_000 * 4 / 3 + 1_024


def test_the_example_of_two_keywords_under_one_name_is_one() -> None:
    sent, response = re.findall(r"`(\{[^`]*\})`", section(PAGE, "Fields"))
    _, problems = person.validate(json.loads(sent), now=datetime.now(UTC))
    assert json.loads(response) == json.loads(json.dumps({"errors": errors.Invalid(problems).problems}))


def test_the_longest_link_is_as_short_as_the_page_says() -> None:
    """With a domain of 253 characters, the most that a host name can have."""
    behind = cursor.Position("g" * 64, "59abe42d-ad25-4273-95ef-86444705e8d3")
    query = query_string.next_page(f"name={'%27' * query_string.MAX_BYTES}&limit={query_string.MAX_LIMIT}", behind)
    link = f"https://{'d' * 253}/api/v1/dossier_groups/{behind.group}/dossiers?{query}"
    assert len(link) < 4_000
    assert "fewer than 4,000 characters" in section(PAGE, "Pagination")


def test_the_headers_of_requests_are_those_that_the_code_reads_and_the_token() -> None:
    read = re.findall(r'\.header\("([^"]+)"\)', API_SOURCE)
    documented = {code(header) for header, *_ in table(section(PAGE, "Request headers"))}
    # API Gateway sets X-Forwarded-Proto itself.
    assert documented == {*read, "Authorization"} - {"X-Forwarded-Proto"}


def test_the_headers_of_responses_are_those_that_the_code_sends_and_those_of_api_gateway() -> None:
    sent = re.findall(r'"([A-Z][a-z]+(?:-[A-Z][a-z]+)*)"(?:: |\] = )', API_SOURCE)
    documented = {code(header) for header, *_ in table(section(PAGE, "Response headers"))}
    assert documented == {*sent, "Content-Type", "WWW-Authenticate", "apigw-requestid"}


def test_the_responses_of_api_gateway_say_what_the_status_means() -> None:
    for status, body, when in table(section(PAGE, "Errors of API Gateway")):
        phrases = {413: "Request Entity Too Large"}  # newer Pythons say "Content Too Large"
        assert json.loads(code(body)) == {"message": phrases.get(int(status), HTTPStatus(int(status)).phrase)}
        assert when


def test_the_example_of_a_create_is_one() -> None:
    (example,) = blocks(section(PAGE, "Create a dossier"), "json")
    new, problems = person.validate(json.loads(example), now=datetime.now(UTC))
    assert not problems
    assert not new.is_blank


def test_the_example_of_a_list_shows_the_dossier_of_the_example_of_a_create() -> None:
    (create,) = blocks(section(PAGE, "Create a dossier"), "json")
    (shown,) = blocks(section(PAGE, "List responses"), "json")
    new = person.parse(json.loads(create), now=datetime.now(UTC))
    dossier_id = json.loads(shown)["rows"][0][0]
    assert json.loads(shown) == json.loads(rows.body([rows.row(dossier_id, new.person.fields)]))
