"""docs/api.md says what the code does: its tables are compared with the code, its examples are used."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

import pytest
from email_validator.rfc_constants import EMAIL_MAX_LENGTH

from dossiers.api import compression, headers, list_criteria, query_string, response
from dossiers.domain import birthdates, cursor, errors, names, pages, person, rows, text
from dossiers.domain.content import PERSON_FIELDS
from dossiers.domain.errors import Keyword
from dossiers.domain.roles import Role
from dossiers.storage.items import name_range
from dossiers.storage.table import Table
from dossiers.usecases import access, creating, group_list
from local import template
from local.gateway import gateway, invocation, request
from tests import tables
from tests.api import Handlers, Response
from tests.docs.markdown import blocks, code, read, section, table
from tests.routes import API_ROUTES

PAGE = read("docs/api.md")
API_SOURCE = "".join(file.read_text(encoding="utf-8") for file in Path(response.__file__).parent.glob("*.py"))


def test_every_keyword_is_explained_under_its_status() -> None:
    status = dict.fromkeys(Keyword, response.STATUSES[errors.Invalid])
    status[Keyword.INTERNAL_ERROR] = 500
    for error in (
        errors.InvalidJson(),
        errors.Forbidden(),
        errors.GroupNotFound(),
        errors.DossierNotFound(),
        errors.Stale(),
        errors.TryAgain(errors.Cause.THROTTLED),
    ):
        ((keyword,),) = error.problems.values()
        status[keyword] = response.STATUSES[type(error)]
    explained = table(section(PAGE, "Error keywords"))
    assert {code(keyword): int(number) for keyword, number, _ in explained} == status
    assert all(meaning for *_, meaning in explained)


def test_the_statuses_are_those_of_the_code_and_of_a_fault() -> None:
    answers = [(int(status), json.loads(code(body))) for status, body, _ in table(section(PAGE, "Statuses"))]
    assert {status for status, _ in answers} == {*response.STATUSES.values(), 500}
    for status, body in answers:
        for keyword in (keyword for keywords in body.get("errors", {}).values() for keyword in keywords):
            assert [str(status)] == [
                row[1] for row in table(section(PAGE, "Error keywords")) if code(row[0]) == keyword
            ]


def test_the_routes_are_those_of_the_template() -> None:
    documented = {code(request).split("?")[0] for request, *_ in table(section(PAGE, "Endpoints"))}
    assert documented == {route.key.replace("/api/v1", "") for route in API_ROUTES}


def test_the_roles_are_those_of_the_code_in_their_order() -> None:
    assert [code(role) for role, _ in table(section(PAGE, "Roles"))] == list(Role)


def test_a_request_that_requires_a_role_is_refused_to_the_role_before(api: Handlers, granted_table: Table) -> None:
    """The column of the table, tried with every role. A role that suffices gets past the check: to 404, 400 or 200."""
    for cell, required, _ in table(section(PAGE, "Endpoints")):
        method, path = code(cell).replace("{dossier_group_id}", "noord").replace("{dossier_id}", "x").split()
        for role in Role:
            access.grant(granted_table, USER, ["noord"], by="a test", role=role)
            status = api.request(method, f"/api/v1{path}").status
            assert (status == response.STATUSES[errors.Forbidden]) is (not role.permits(Role(required))), (cell, role)


def test_the_fields_are_those_of_the_models_in_their_order() -> None:
    assert tuple(person.Person.model_fields) == PERSON_FIELDS
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
        new, problems = person.validate({code(where): {code(field): value}}, now=datetime.now(UTC))
        problems += new.content.name_problems
        assert {name for name, _ in problems} <= {code(field)}
        given |= {keyword for _, keyword in problems}
    assert set(re.findall(r"`(\w+)`", keywords)) - {"taken"} == given


def test_the_columns_are_those_of_the_rows() -> None:
    assert [code(column) for column, _ in table(section(PAGE, "List responses"))] == list(rows.COLUMNS)


def test_the_parameters_are_those_that_are_read() -> None:
    assert [code(parameter) for parameter, *_ in table(section(PAGE, "Query parameters"))] == [
        *list_criteria.FILTERS,
        *list_criteria.PAGE_PARAMETERS,
    ]


LIMITS = {
    "dossier group id": 64,
    "user": text.MAX_LENGTH,
    "field": text.MAX_LENGTH,
    "e-mail address": EMAIL_MAX_LENGTH,
    "earliest year of birth": birthdates.MIN_BIRTH_YEAR,
    "folded word of a name": names.MAX_WORD_BYTES,
    "different words of a name": names.MAX_WORDS,
    "`Idempotency-Key`": 255,
    "lifetime of an `Idempotency-Key`": int(creating.KEY_LIFETIME.total_seconds() / 3600),
    "readings of a name or query": 8,
    "`name` and `external_identifier` of a search": list_criteria.MAX_BYTES,
    "digits of a version in `If-Match`": 18,
    "`limit`": list_criteria.MAX_LIMIT,
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
    assert [bool(headers.idempotency_key_problems("k" * length)) for length in (255, 256)] == [False, True]


def test_a_version_and_the_readings_of_a_text_are_as_many_as_the_limits_say() -> None:
    assert [bool(headers.expected_version(f'"{"1" * length}"')[1]) for length in (18, 19)] == [False, True]
    assert len(names.readings("d'Ø-Ås")) == LIMITS["readings of a name or query"]


def test_every_long_number_of_the_page_is_a_limit() -> None:
    """No sentence keeps a limit that has changed. Two lengths have tests of their own."""
    numbers = {int(number.replace(",", "")) for number in re.findall(r"\b[0-9]{1,3}(?:,[0-9]{3})+\b", PAGE)}
    assert numbers <= {*LIMITS.values(), 4_000, 4_600_000}


@pytest.mark.parametrize(
    ("heading", "limits"),
    [
        ("Update a dossier", {names.MAX_WORDS}),
        ("Terms", {64, text.MAX_LENGTH}),
        ("By name", {list_criteria.MAX_BYTES}),
        ("By date of birth", {birthdates.MIN_BIRTH_YEAR}),
        ("By external identifier", {text.MAX_LENGTH, list_criteria.MAX_BYTES}),
        (
            "Fields",
            {text.MAX_LENGTH, names.MAX_WORD_BYTES, names.MAX_WORDS, EMAIL_MAX_LENGTH, birthdates.MIN_BIRTH_YEAR},
        ),
        ("Idempotency", {text.MAX_LENGTH, int(creating.KEY_LIFETIME.total_seconds() / 3600)}),
        ("Pagination", {pages.MAX_BODY, list_criteria.MAX_LIMIT, list_criteria.MAX_BYTES, gateway.MAX_HEADER}),
        ("Query parameters", {list_criteria.MAX_LIMIT, list_criteria.MAX_BYTES}),
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
    """With a domain of 253 characters, which no name of a host exceeds."""
    behind = cursor.Position("g" * 64, "59abe42d-ad25-4273-95ef-86444705e8d3")
    query = query_string.next_page(f"name={'%27' * list_criteria.MAX_BYTES}&limit={list_criteria.MAX_LIMIT}", behind)
    link = f"https://{'d' * 253}/api/v1/dossier_groups/{behind.group}/dossiers?{query}"
    assert len(link) < 4_000
    assert "fewer than 4,000 characters" in section(PAGE, "Pagination")


def test_the_headers_of_requests_are_those_that_the_code_reads_and_the_token() -> None:
    read = re.findall(r'\.header\("([^"]+)"\)', API_SOURCE)
    assert "If-Match" in read
    documented = {code(header) for header, *_ in table(section(PAGE, "Request headers"))}
    # API Gateway sets X-Forwarded-Proto itself.
    assert documented == {*read, "Authorization"} - {"X-Forwarded-Proto"}


def test_the_headers_of_responses_are_those_that_the_code_sends_and_those_of_api_gateway() -> None:
    sent = re.findall(r'"([A-Z][A-Za-z]+(?:-[A-Z][a-z]+)*)"(?:: |\] = )', API_SOURCE)
    documented = {code(header) for header, *_ in table(section(PAGE, "Response headers"))}
    assert documented == {*sent, "Content-Type", "WWW-Authenticate", "apigw-requestid"}


def test_cors_allows_and_exposes_what_the_template_says() -> None:
    _, configuration, _ = template.load()["Resources"]["Api"]["Properties"]["CorsConfiguration"]["Fn::If"]
    before, exposed = section(PAGE, "CORS").split("and exposes")
    methods, sent = (
        set(re.findall(r"`([\w-]+)`", line)) for line in re.findall(r"^- (.+?)[;,]$", before, re.MULTILINE)
    )
    assert methods == set(configuration["AllowMethods"])
    assert {header.lower() for header in sent} == set(configuration["AllowHeaders"])
    assert {header.lower() for header in re.findall(r"`([\w-]+)`", exposed)} == set(configuration["ExposeHeaders"])


def test_the_responses_of_api_gateway_say_what_the_status_means() -> None:
    for status, body, when in table(section(PAGE, "Errors of API Gateway")):
        phrases = {413: "Request Entity Too Large"}  # newer Pythons say "Content Too Large"
        assert json.loads(code(body)) == {"message": phrases.get(int(status), HTTPStatus(int(status)).phrase)}
        assert when


def test_the_list_of_groups_has_the_headers_of_the_code() -> None:
    (_, shown), *_ = _examples(section(PAGE, "List dossier groups"))
    assert shown.json["headers"] == list(group_list.HEADERS)


# --- Search ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", table(section(PAGE, "By name")), ids=lambda row: row[0])
def test_a_name_is_found_by_the_spellings_that_the_page_gives(row: list[str]) -> None:
    name, *queries = re.findall(r"`([^`]+)`", " ".join(row))
    indexed = names.index_words([name])
    assert queries
    assert all(any(set(reading) <= indexed for reading in names.readings(query)) for query in queries)


@pytest.mark.parametrize("row", table(section(PAGE, "By date of birth")), ids=lambda row: row[0])
def test_a_date_of_birth_finds_the_birthdates_that_the_page_gives(row: list[str]) -> None:
    """By the filter of the key range, evaluated here."""
    searched, *found = re.findall(r"`([^`]+)`", " ".join(row))
    condition = name_range("noord", names.Lookup("doe", "doe"), searched).filter
    assert condition is not None
    prefix, *equal = (str(value) for value in condition.values.values())
    stored = ["1980", "1980-02", "1980-02-23", "1980-02-24", "1980-03", "1981"]
    matching = {birthdate for birthdate in stored if birthdate.startswith(prefix) or birthdate in equal}
    assert set(found) <= matching
    assert ("1980-02-24" in matching) is (len(searched) < len("YYYY-MM-DD"))
    assert "1981" not in matching


# --- The examples, in the order of the page, after the create that they need -----------------------------------------

USER = "anna"
DOSSIER_ID = "59abe42d-ad25-4273-95ef-86444705e8d3"


@dataclass(frozen=True)
class Request:
    """A request, as an example writes it."""

    method: str
    target: str
    headers: dict[str, str | list[str]]
    body: str | None


def _examples(text: str) -> list[tuple[Request, Response]]:
    """Each `http` block with a request, and the next one with its response."""
    written = [_parse(block) for block in blocks(text, "http")]
    found = []
    for (line, sent, body), (status, received, returned) in zip(written[::2], written[1::2], strict=True):
        method, target = line.split()
        version, number, phrase = status.split(" ", 2)
        assert version == "HTTP/1.1"
        phrases = {422: "Unprocessable Entity"}  # newer Pythons say "Unprocessable Content"
        assert phrase == phrases.get(int(number), HTTPStatus(int(number)).phrase)
        found.append((Request(method, target, dict(sent), body or None), Response(int(number), received, returned)))
    return found


def _parse(block: str) -> tuple[str, dict[str, str], str]:
    """The first line, the headers and the body."""
    head, _, body = block.partition("\n\n")
    first, *lines = head.strip().splitlines()
    return first, dict(line.split(": ", 1) for line in lines), body.strip()


def _comparable(text: str, dossier_id: str) -> str:
    """The text with the id of the examples, and without moments."""
    return re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "NOW", text.replace(dossier_id, DOSSIER_ID))


@pytest.fixture
def granted_table() -> Iterator[Table]:
    """A table in which the groups of the examples are granted to the user."""
    with tables.on_moto() as table:
        access.grant(table, USER, ["noord"], by="a test", role=Role.MANAGER)
        access.grant(table, USER, ["zuid"], by="a test", role=Role.READER)
        yield table


@pytest.fixture
def api(granted_table: Table) -> Handlers:
    return Handlers(USER)


def test_the_examples_return_what_the_page_shows(api: Handlers) -> None:
    examples = _examples(PAGE)
    (create,) = [example for example in examples if example[1].body == json.dumps({"id": DOSSIER_ID})]
    examples.remove(create)
    dossier_id = DOSSIER_ID
    for sent, shown in [create, *examples]:
        target = sent.target.replace(DOSSIER_ID, dossier_id)
        returned = api.request(sent.method, target, body=sent.body, headers=sent.headers)
        if sent is create[0]:
            dossier_id = returned.json["id"]
        assert returned.status == shown.status, sent
        if shown.body:
            assert json.loads(_comparable(returned.body, dossier_id)) == json.loads(_comparable(shown.body, DOSSIER_ID))
        else:
            assert not returned.body
        for name, value in shown.headers.items():
            assert _comparable(returned.headers[name.lower()], dossier_id) == value, sent


def test_there_is_an_example_of_every_route() -> None:
    shown = {(sent.method, re.sub(r"\?.*", "", sent.target)) for sent, _ in _examples(PAGE)}
    in_all_groups = {("POST", "/api/v1/dossiers/search")}  # the same as in one group
    routes = {(route.method, route.path) for route in API_ROUTES} - in_all_groups
    values = {"{dossier_group_id}": "noord", "{dossier_id}": DOSSIER_ID}
    filled = {(method, re.sub(r"{\w+}", lambda match: values[match[0]], path)) for method, path in routes}
    assert shown == filled
