"""The keywords that the document has for a name are those that errors can have for it, and no others."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from dossiers.domain.errors import Keyword
from openapi import fields
from openapi.errors import INVALID
from openapi.operations import Operation
from tests.document.requests import a_body_of, call
from tests.openapi import OPERATIONS

TAKEN = "EPD-taken"

# Between them they break every rule that a value has.
VALUES = (
    *("x" * 256, "x" * 2000, "가" * 100, "", "?", "\0", " ".join(map(str, range(49)))),
    *("john", "1980-02-30", "9999-01-01", TAKEN),
)

Requests = Iterator[dict[str, Any]]
"""What `call` is called with."""


def in_the_query_string() -> Requests:
    for name in ("name", "birthdate", "external_identifier", "limit", "cursor"):
        for value in VALUES:
            yield {"query": urlencode({name: value})}
            yield {"query": urlencode({"name": "doe", name: value})}
        yield {"query": f"{name}=a&{name}=a"}
    yield {"query": "%ff=x"}


def in_the_body_of_a_search() -> Requests:
    for name in ("name", "birthdate", "external_identifier"):
        for value in (*VALUES, 0):
            yield {"body": json.dumps({name: value})}
            yield {"body": json.dumps({"name": "doe", name: value})}


def in_a_document() -> Requests:
    yield {"body": '{"person": {"firstname": null}}'}  # the only field of the dossier, so it comes first
    yield {"body": '{"dossier": 0, "person": 0}'}
    for value in (*VALUES, 0):
        yield {"body": json.dumps({"dossier": {"external_identifier": value}})}
        for name in fields.PERSON:
            yield {"body": json.dumps({"person": {name: value}})}


def in_headers() -> Requests:
    for firstname in ("John", "Jane"):
        yield {"headers": {"Idempotency-Key": "key"}, "body": json.dumps({"person": {"firstname": firstname}})}
    yield {"headers": {"Idempotency-Key": "a key", "If-Match": "1"}}


def requests(operation: Operation) -> Requests:
    """Requests that break every rule of an operation."""
    body = {"body": a_body_of(operation.id)}
    if operation.body is None:
        yield {"body": "{}", "headers": {"If-Match": "1"}}
    elif operation.body.schema == "DossierDocument":
        yield from in_a_document()
    else:
        yield from in_the_body_of_a_search()
    for request in (*in_the_query_string(), *in_headers()):
        yield body | request


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_the_keywords_of_a_name_are_those_that_its_rules_give(operation: Operation, dossier_id: str) -> None:
    call("createDossier", body=json.dumps({"dossier": {"external_identifier": TAKEN}}))
    given: dict[str, set[str]] = {}
    for request in requests(operation):
        response = call(operation.id, dossier_id, **request)
        for name, found in response.errors.items() if response.status == 422 else ():
            given.setdefault(name, set()).update(found)
    known = {name: found - {Keyword.UNKNOWN} for name, found in given.items() if found != {Keyword.UNKNOWN}}
    assert known == {name: set(keywords) for name, keywords in INVALID[operation.invalid].items()}
