"""503: DynamoDB throttles, is unreachable or fails, and the request may succeed later."""

import io
import json
from collections.abc import Callable

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

from tests.api import Api, Response
from tests.builders import a_body, a_word
from tests.failures.conftest import Failing

REQUESTS: dict[str, tuple[str, Callable[[Api], Response]]] = {
    "index": ("Query", lambda api: api.index()),
    "name search": ("Query", lambda api: api.index(name="jan jansen")),
    "list of a group": ("GetItem", lambda api: api.search()),
    "name search in a group": ("Query", lambda api: api.search(name="jan")),
    "identifier search": ("Query", lambda api: api.search(external_identifier="x")),
    "create, access": ("GetItem", lambda api: api.create(a_body())),
    "create, write": ("TransactWriteItems", lambda api: api.create(a_body(), key=a_word())),
}
TRY_AGAIN = {"base": ["try_again"]}

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
    api: Api, failing: Failing, log: io.StringIO, request_: str, error: str | Exception, status: int, cause: str
) -> None:
    operation, send = REQUESTS[request_]
    with failing(operation, error, status) as attempts:
        response = send(api)
    assert (response.status, response.errors, response.headers["retry-after"]) == (503, TRY_AGAIN, "1")
    assert len(attempts) >= 3  # more where ranges are read in parallel
    [line] = [json.loads(line) for line in log.getvalue().splitlines()]
    assert (line["status"], line["cause"]) == (503, cause)
    assert send(api).status == 200


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
    api: Api, failing: Failing, log: io.StringIO, request_: str, error: str | Exception
) -> None:
    operation, send = REQUESTS[request_]
    with failing(operation, error):
        response = send(api)
    assert (response.status, response.errors) == (503, TRY_AGAIN)
    assert json.loads(log.getvalue().splitlines()[-1])["cause"] == "unreachable"
    assert "SECRET" not in log.getvalue()


def test_other_statuses_are_logged_without_a_cause(api: Api, log: io.StringIO) -> None:
    api.index()
    api.index(name="-")
    assert [json.loads(line).get("cause") for line in log.getvalue().splitlines()] == [None, None]


def test_a_conflict_that_outlasts_the_retries_is_logged_as_one(api: Api, failing: Failing, log: io.StringIO) -> None:
    with failing("TransactWriteItems", "TransactionConflictException"):
        assert api.create(a_body()).status == 503
    assert json.loads(log.getvalue().splitlines()[-1])["cause"] == "conflict"


def test_an_error_that_ends_before_botocores_last_attempt_has_no_effect(api: Api, failing: Failing) -> None:
    with failing("TransactWriteItems", "ThrottlingException", times=2) as attempts:
        assert api.create(a_body()).status == 200
    assert len(attempts) == 2
