"""An exclusion holds for what its reason says, and for nothing else."""

import json
from typing import Any

import pytest
import requests
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.core.transport import Response
from schemathesis.openapi.checks import RejectedPositiveData, UnsupportedMethodResponse

from openapi import examples
from tests.fuzz import exclusions
from tests.fuzz.life import Document, merge

CREATE = f"/api/v1/dossier_groups/{examples.GROUP}/dossiers"
DETAILS: dict[str, Any] = {"operation": "", "message": ""}
ACCEPTED = AcceptedNegativeData(**DETAILS, status_code=200, expected_statuses=[])
REJECTED = RejectedPositiveData(**DETAILS, status_code=422, allowed_statuses=[])
METHOD = UnsupportedMethodResponse(**DETAILS, method="TRACE", status_code=404, failure_reason="wrong_status")


def respond(method: str, target: str, status: int, body: Any, *, sent: Any = None) -> Response:
    request = requests.Request(method, f"http://127.0.0.1{target}", json=sent).prepare()
    content = json.dumps(body).encode()
    return Response(
        status_code=status, headers={}, content=content, request=request, elapsed=0.1, verify=False, http_version="1.1"
    )


def errors(**keywords: str) -> dict[str, Any]:
    return {"errors": {name: [keyword] for name, keyword in keywords.items()}}


@pytest.mark.parametrize(
    ("failure", "person", "body", "is_right"),
    [
        (ACCEPTED, {"city": " Utrecht "}, {}, True),
        (ACCEPTED, {"city": ""}, {}, True),
        (ACCEPTED, {"street": "a\r\nb"}, {}, True),
        (ACCEPTED, {"city": "a\0b"}, {}, False),
        (ACCEPTED, {"gender": "X"}, {}, False),
        (ACCEPTED, {"town": "Utrecht"}, {}, False),
        (REJECTED, {"city": None}, errors(base="blank"), True),
        (REJECTED, {"city": "Utrecht"}, errors(base="blank"), False),
        (REJECTED, {"birthdate": "1980-02-30"}, errors(birthdate="invalid_date"), True),
        (REJECTED, {"birthdate": "1980-02-03"}, errors(birthdate="invalid_date"), False),
        (REJECTED, {"city": "Utrecht"}, errors(city="invalid"), False),
        (REJECTED, {"birthdate": "9999"}, errors(birthdate="in_future", city="invalid"), False),
        (REJECTED, {"firstname": "x"}, errors(firstname="too_many_words"), False),
    ],
)
def test_a_create(failure: Failure, person: dict[str, Any], body: Any, is_right: bool) -> None:
    response = respond("POST", CREATE, 422 if failure is REJECTED else 200, body, sent={"person": person})
    assert exclusions.is_right(failure, "createDossier", response) == is_right


@pytest.mark.parametrize(
    ("query", "body", "is_right"),
    [
        ("name=x&external_identifier=y", errors(name="invalid"), True),
        ("name=x", errors(name="invalid"), False),
        ("birthdate=1980", errors(birthdate="name_required"), True),
        ("name=x&birthdate=1980", errors(birthdate="name_required"), False),
        ("name=%3F", errors(name="blank"), True),
        ("name=x", errors(name="blank"), False),
        ("limit=5", errors(limit="invalid"), False),
    ],
)
def test_a_list(query: str, body: Any, is_right: bool) -> None:
    assert (
        exclusions.is_right(REJECTED, "listGroupDossiers", respond("GET", f"{CREATE}?{query}", 422, body)) == is_right
    )


@pytest.mark.parametrize("query", ["limit=5&limit=5", "limit=05", "nmae=x", "name="])
def test_a_query_that_is_accepted_although_it_is_forbidden(query: str) -> None:
    assert not exclusions.is_right(ACCEPTED, "listGroupDossiers", respond("GET", f"{CREATE}?{query}", 200, {}))


def test_a_method_that_a_path_does_not_have() -> None:
    not_found = {"message": "Not Found"}
    assert exclusions.is_right(METHOD, "listGroupDossiers", respond("TRACE", CREATE, 404, not_found))
    assert not exclusions.is_right(METHOD, "listGroupDossiers", respond("TRACE", CREATE, 200, {}))


def test_a_patch_is_merged_and_trimmed() -> None:
    document: Document = {
        "dossier": {"external_identifier": "E"},
        "person": {"city": "Utrecht", "country": "NL", "street": None},
    }
    merged = merge(document, {"dossier": None, "person": {"city": " ", "street": " a\r\nb\r"}})
    assert merged == {
        "dossier": {"external_identifier": "E"},
        "person": {"city": None, "country": "NL", "street": "a\nb"},
    }
