"""503: DynamoDB throttles, is unreachable or fails, and the request may succeed later."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import (
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    MetadataRetrievalError,
    NoCredentialsError,
    ReadTimeoutError,
    TokenRetrievalError,
)
from mypy_boto3_dynamodb import DynamoDBClient

from tests.api import Api, Response
from tests.builders import a_body, a_patch, a_word
from tests.failures.conftest import Failing

REQUESTS: dict[str, tuple[str, Callable[[Api, str], Response]]] = {
    "index": ("Query", lambda api, _: api.index()),
    "name search": ("Query", lambda api, _: api.index(name="jan jansen")),
    "name search of several readings": ("Query", lambda api, _: api.index(name="Müller-O'Neil")),
    "list of a group": ("GetItem", lambda api, _: api.search()),
    "name search in a group": ("Query", lambda api, _: api.search(name="jan")),
    "identifier search": ("Query", lambda api, _: api.search(external_identifier="x")),
    "identifier search, dossier": ("GetItem", lambda api, _: api.search(external_identifier="x")),
    "POST search": ("Query", lambda api, _: api.post_index({"name": "jan"})),
    "POST search in a group": ("Query", lambda api, _: api.post_search({"name": "jan"})),
    "groups": ("Query", lambda api, _: api.groups()),
    "create, access": ("GetItem", lambda api, _: api.create(a_body())),
    "create, write": ("TransactWriteItems", lambda api, _: api.create(a_body(), key=a_word())),
    "show": ("GetItem", lambda api, dossier: api.show(dossier)),
    "update, read": ("GetItem", lambda api, dossier: api.update(dossier, a_patch(city=a_word()))),
    "update, write": ("TransactWriteItems", lambda api, dossier: api.update(dossier, a_patch(city=a_word()))),
    "delete, read": ("GetItem", lambda api, dossier: api.delete(dossier)),
    "delete, write": ("TransactWriteItems", lambda api, dossier: api.delete(dossier)),
}
WRITES = [request for request, (operation, _) in REQUESTS.items() if operation == "TransactWriteItems"]
TRY_AGAIN = {"base": ["try_again"]}
NOT_SENT = ConnectTimeoutError(endpoint_url="https://dynamodb")
"""An error in whose place moto does not carry the operation out."""

pytestmark = pytest.mark.engine("moto")


@pytest.mark.parametrize("request_", REQUESTS)
@pytest.mark.parametrize(
    ("error", "status", "cause"),
    [
        ("ProvisionedThroughputExceededException", 400, "throttled"),
        ("ThrottlingException", 400, "throttled"),
        ("RequestLimitExceeded", 400, "throttled"),
        ("InternalServerError", 500, "unreachable"),
        ("ServiceUnavailable", 503, "unreachable"),
        (EndpointConnectionError(endpoint_url="https://dynamodb"), 0, "unreachable"),
        (ConnectTimeoutError(endpoint_url="https://dynamodb"), 0, "unreachable"),
        (ReadTimeoutError(endpoint_url="https://dynamodb"), 0, "unreachable"),
    ],
    ids=str,
)
def test_a_retryable_error_is_503_after_three_attempts_and_logged_with_its_cause(  # noqa: PLR0913, PLR0917 - fixtures
    api: Api,
    failing: Failing,
    dossier: str,
    log: io.StringIO,
    request_: str,
    error: str | Exception,
    status: int,
    cause: str,
) -> None:
    operation, send = REQUESTS[request_]
    with failing(operation, error, status) as attempts:
        response = send(api, dossier)
    assert (response.status, response.errors, response.headers["retry-after"]) == (503, TRY_AGAIN, "1")
    assert len(attempts) >= 3  # more where ranges are read in parallel
    [line] = [json.loads(line) for line in log.getvalue().splitlines()]
    assert (line["status"], line["cause"]) == (503, cause)
    # A delete may have been carried out in spite of the error.
    assert send(api, dossier).status in ({200} if not request_.startswith("delete") else {204, 404})


@pytest.mark.parametrize("request_", REQUESTS)
@pytest.mark.parametrize(
    "error",
    [
        CredentialRetrievalError(provider="container-role", error_msg="SECRET"),
        MetadataRetrievalError(error_msg="SECRET"),
        NoCredentialsError(),
        TokenRetrievalError(provider="sso", error_msg="SECRET"),
        "ExpiredTokenException",
    ],
    ids=lambda error: error if isinstance(error, str) else type(error).__name__,
)
def test_credentials_that_cannot_be_retrieved_are_503(
    api: Api, failing: Failing, dossier: str, log: io.StringIO, request_: str, error: str | Exception
) -> None:
    operation, send = REQUESTS[request_]
    with failing(operation, error):
        response = send(api, dossier)
    assert (response.status, response.errors) == (503, TRY_AGAIN)
    assert json.loads(log.getvalue().splitlines()[-1])["cause"] == "unreachable"
    assert "SECRET" not in log.getvalue()


def test_other_statuses_are_logged_without_a_cause(api: Api, log: io.StringIO) -> None:
    api.index()
    api.index(name="-")
    assert [json.loads(line).get("cause") for line in log.getvalue().splitlines()] == [None, None]


@pytest.mark.parametrize("request_", WRITES)
def test_a_conflict_that_outlasts_the_retries_is_logged_as_one(
    api: Api, failing: Failing, dossier: str, log: io.StringIO, request_: str
) -> None:
    operation, send = REQUESTS[request_]
    with failing(operation, "TransactionConflictException"):
        assert send(api, dossier).status == 503
    assert json.loads(log.getvalue().splitlines()[-1])["cause"] == "conflict"


@pytest.mark.parametrize("request_", WRITES)
def test_an_error_that_ends_before_botocores_last_attempt_has_no_effect(
    api: Api, failing: Failing, dossier: str, client: DynamoDBClient, request_: str
) -> None:
    """botocore repeats the transaction under its token, so that it is carried out once if a response was lost."""
    operation, send = REQUESTS[request_]
    tokens: list[str] = []

    def record(request: Any, **_: Any) -> None:
        tokens.append(json.loads(request.body)["ClientRequestToken"])

    client.meta.events.register_first(f"before-send.dynamodb.{operation}", record)
    with failing(operation, NOT_SENT, times=2) as attempts:
        assert send(api, dossier).status in (200, 204)
    assert len(attempts) == 2
    assert len(tokens) == 3
    assert len(set(tokens)) == 1


def test_after_an_update_that_was_503_the_dossier_is_as_it_was_and_the_update_can_be_sent_again(
    api: Api, failing: Failing, dossier: str
) -> None:
    before, name, patch = api.show(dossier), a_word(), a_patch(lastname=a_word())
    with failing("TransactWriteItems", NOT_SENT):
        assert api.update(dossier, patch).status == 503
    assert (api.show(dossier).body, api.show(dossier).etag) == (before.body, before.etag)
    assert api.search(name=name).rows == []
    assert api.update(dossier, patch, if_match=before.etag).status == 200


def test_after_a_delete_that_was_503_the_dossier_is_as_it_was_and_the_delete_can_be_sent_again(
    api: Api, failing: Failing, dossier: str
) -> None:
    before = api.show(dossier)
    with failing("TransactWriteItems", NOT_SENT):
        assert api.delete(dossier).status == 503
    assert (api.show(dossier).body, api.search(external_identifier="x").ids) == (before.body, [dossier])
    assert api.delete(dossier).status == 204


def test_an_update_that_need_not_write_succeeds_though_writes_fail(api: Api, failing: Failing, dossier: str) -> None:
    with failing("TransactWriteItems", "ThrottlingException") as attempts:
        assert api.update(dossier, a_patch(lastname="Jansen")).status == 200
    assert attempts == []


@pytest.mark.parametrize("request_", ["show", "update, read", "delete, read"])
def test_without_a_grant_a_read_of_the_dossier_that_fails_is_not_noticed(
    api: Api, client: DynamoDBClient, request_: str
) -> None:
    """The dossier is read in parallel with the grant: whether that fails must tell nothing about it."""

    def fail(request: Any, **_: Any) -> None:
        if not json.loads(request.body)["Key"]["pk"]["S"].startswith("USER#"):
            raise ReadTimeoutError(endpoint_url="https://dynamodb")

    client.meta.events.register_first("before-send.dynamodb.GetItem", fail)
    _, send = REQUESTS[request_]
    response = send(replace(api, group="not-granted"), "59abe42d-ad25-4273-95ef-86444705e8d3")
    assert (response.status, response.errors) == (404, {"dossier_group_id": ["not_found"]})
