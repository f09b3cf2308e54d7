"""What the document says of operations is what the code does: statuses, keywords, parameters, headers, roles."""

import re
from pathlib import Path
from typing import Any

import pytest

from dossiers.api import list_criteria, response
from dossiers.domain import content, errors, person
from dossiers.domain.errors import Keyword
from dossiers.domain.roles import Role
from dossiers.storage.table import Table
from dossiers.usecases import access
from openapi import examples, parameters
from openapi.operations import Operation
from tests.docs.markdown import read, section
from tests.docs.markdown import table as markdown_table
from tests.document.requests import USER, a_body_of, call
from tests.openapi import DOCUMENT, OPERATIONS, resolve, responses

API_SOURCE = "".join(file.read_text(encoding="utf-8") for file in Path(response.__file__).parent.glob("*.py"))
GATEWAY_STATUSES = {status for status, *_ in markdown_table(section(read("docs/api.md"), "Errors of API Gateway"))}
SCHEMAS = DOCUMENT["components"]["schemas"]

EVERY_OPERATION = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)


@EVERY_OPERATION
def test_every_operation_says_in_a_few_sentences_what_it_does(operation: Operation) -> None:
    described = operation.object
    assert all(described[name] for name in ("operationId", "summary", "description", "tags"))
    assert described["description"].endswith(".")
    assert described["description"].count(". ") < 5


def keywords(value: Any) -> set[str]:
    """The keywords in a schema, references followed."""
    if isinstance(value, list):
        return set().union(*map(keywords, value))
    if not isinstance(value, dict):
        return set()
    if "$ref" in value:
        return keywords(resolve(value))
    own = {*value.get("enum", ()), *([value["const"]] if "const" in value else [])}
    return own.intersection(Keyword).union(*map(keywords, value.values()))


def test_every_keyword_is_documented_under_its_status() -> None:
    expected: dict[str, int] = dict.fromkeys(Keyword, response.STATUSES[errors.Invalid])
    expected[Keyword.INTERNAL_ERROR] = 500
    for error in (
        errors.InvalidJson(),
        errors.GroupNotFound(),
        errors.Forbidden(),
        errors.Stale(),
        errors.TryAgain(errors.Cause.THROTTLED),
    ):
        ((keyword,),) = error.problems.values()
        expected[keyword] = response.STATUSES[type(error)]
    documented: dict[str, set[str]] = {}
    for operation in OPERATIONS.values():
        for status, described in responses(operation).items():
            if int(status) >= 400:
                for found in keywords(described["content"]["application/json"]["schema"]):
                    documented.setdefault(found, set()).add(status)
    assert documented == {keyword: {str(status)} for keyword, status in expected.items()}


def test_every_status_is_documented_and_no_other() -> None:
    service = {str(status) for status in response.STATUSES.values()}
    documented = {status for operation in OPERATIONS.values() for status in responses(operation)}
    assert documented == {"200", "204", "500"} | service | GATEWAY_STATUSES


@EVERY_OPERATION
def test_the_errors_of_api_gateway_are_documented_for_every_operation(operation: Operation) -> None:
    assert responses(operation).keys() >= GATEWAY_STATUSES


def test_the_query_parameters_are_those_that_are_read() -> None:
    def documented(operation: str) -> list[str]:
        found = map(resolve, OPERATIONS[operation].object["parameters"])
        return [parameter["name"] for parameter in found if parameter["in"] == "query"]

    filters, page = list(list_criteria.FILTERS), list(list_criteria.PAGE_PARAMETERS)
    filters_of_all_groups = [name for name in filters if name != "external_identifier"]
    assert documented("listGroupDossiers") == filters + page
    assert documented("listDossiers") == filters_of_all_groups + page
    assert list(SCHEMAS["GroupDossierSearch"]["properties"]) == filters
    assert list(SCHEMAS["DossierSearch"]["properties"]) == filters_of_all_groups
    for operation in ("searchDossiers", "searchGroupDossiers", "listDossierGroups"):
        assert documented(operation) == page
    for operation in ("createDossier", "showDossier", "updateDossier", "deleteDossier"):
        assert documented(operation) == []


def test_the_headers_of_requests_are_those_that_the_code_reads() -> None:
    documented = {found["name"] for found in parameters.PARAMETERS.values() if found["in"] == "header"}
    # API Gateway sets X-Forwarded-Proto. HTTP clients send Accept-Encoding by themselves.
    assert documented == {*re.findall(r'\.header\("([^"]+)"\)', API_SOURCE)} - {"X-Forwarded-Proto", "Accept-Encoding"}


def test_the_headers_of_responses_are_those_that_the_code_sends_and_those_of_api_gateway() -> None:
    sent = re.findall(r'"((?:[A-Z][a-z]+|ETag)(?:-[A-Z][a-z]+)*)"(?:: |\] = )', API_SOURCE)
    documented = {
        header
        for operation in OPERATIONS.values()
        for described in responses(operation).values()
        for header in described["headers"]
    }
    assert documented == {*sent, "WWW-Authenticate", "apigw-requestid"}


def test_the_fields_are_those_of_the_models() -> None:
    for schema in ("PersonFields", "Person"):
        assert tuple(SCHEMAS[schema]["properties"]) == tuple(person.Person.model_fields) == content.PERSON_FIELDS
    for schema in ("DossierFields", "DossierInfo"):
        assert list(SCHEMAS[schema]["properties"]) == list(person.Dossier.model_fields)
    assert list(SCHEMAS["DossierDocument"]["properties"]) == list(person.DossierDocument.model_fields)


@pytest.mark.parametrize("role", Role)
@EVERY_OPERATION
def test_a_role_is_refused_where_the_document_says_so(
    operation: Operation, role: Role, table: Table, dossier_id: str
) -> None:
    access.grant(table, USER, [examples.GROUP], by="tests", role=role)
    is_refused = call(operation.id, dossier_id, body=a_body_of(operation.id)).status == 403
    assert is_refused == (operation.role is not None and not role.permits(operation.role))
    assert "403" in responses(operation) or not is_refused
    if operation.role is not None:
        assert f"Requires the role `{operation.role}`." in operation.object["description"]


@EVERY_OPERATION
def test_a_403_is_documented_only_where_a_role_is_refused(operation: Operation) -> None:
    assert ("403" in responses(operation)) == (operation.role in (Role.EDITOR, Role.MANAGER))
