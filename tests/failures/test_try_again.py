"""503: DynamoDB throttles, is out of reach, or fails; nothing is wrong with the request."""

from collections.abc import Callable

import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from tests.builders import a_body, a_word
from tests.contract.api import Answer, Api
from tests.failures.conftest import Failing

REQUESTS: dict[str, tuple[str, Callable[[Api], Answer]]] = {
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
    ("error", "status"),
    [
        ("ProvisionedThroughputExceededException", 400),
        ("ThrottlingException", 400),
        ("RequestLimitExceeded", 400),
        ("InternalServerError", 500),
        ("ServiceUnavailable", 503),
        (EndpointConnectionError(endpoint_url="https://dynamodb"), 0),
        (ConnectTimeoutError(endpoint_url="https://dynamodb"), 0),
        (ReadTimeoutError(endpoint_url="https://dynamodb"), 0),
    ],
    ids=str,
)
def test_what_passes_is_503_after_three_attempts(
    api: Api, failing: Failing, request_: str, error: str | Exception, status: int
) -> None:
    operation, ask = REQUESTS[request_]
    with failing(operation, error, status) as attempts:
        answer = ask(api)
    assert (answer.status, answer.errors, answer.headers["retry-after"]) == (503, TRY_AGAIN, "1")
    assert len(attempts) % 3 == 0
    assert attempts
    assert ask(api).status == 200


def test_a_failure_that_passes_while_botocore_tries_again_is_not_noticed(api: Api, failing: Failing) -> None:
    with failing("TransactWriteItems", "ThrottlingException", times=2) as attempts:
        assert api.create(a_body()).status == 200
    assert len(attempts) == 2
