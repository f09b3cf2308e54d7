"""What the errors of DynamoDB and of botocore mean for the service."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from botocore.exceptions import (
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own name
    CredentialRetrievalError,
    HTTPClientError,
    MetadataRetrievalError,
    NoCredentialsError,
    TokenRetrievalError,
)

from dossiers.domain.errors import Cause, DatabaseError, TryAgain
from dossiers.storage.exchange import BrokenExchange

# Errors of DynamoDB that pass: neither the caller nor the service is at fault.
_CAUSES = {
    "ExpiredTokenException": Cause.UNREACHABLE,
    "ProvisionedThroughputExceededException": Cause.THROTTLED,
    "RequestLimitExceeded": Cause.THROTTLED,
    "ThrottlingException": Cause.THROTTLED,
    "TransactionConflictException": Cause.CONFLICT,
    "TransactionInProgressException": Cause.CONFLICT,
}
NO_CREDENTIALS = (CredentialRetrievalError, MetadataRetrievalError, NoCredentialsError, TokenRetrievalError)
"""What botocore raises when it finds no credentials, or cannot retrieve them."""


def cause_of(code: str, status: int) -> Cause | None:
    """Why an error of DynamoDB's passes; None when it does not. `code`: DynamoDB's; `status`: of HTTP."""
    return _CAUSES.get(code) or (Cause.UNREACHABLE if status >= HTTPStatus.INTERNAL_SERVER_ERROR else None)


@contextmanager
def translate_errors() -> Iterator[None]:
    """Turn what botocore raises into TryAgain, when it passes, or DatabaseError."""
    try:
        yield
    except ClientError as exc:
        code = exc.response["Error"]["Code"]
        cause = cause_of(code, exc.response["ResponseMetadata"]["HTTPStatusCode"])
        if cause is None:
            raise DatabaseError(code, exc.operation_name) from exc
        raise TryAgain(cause) from exc
    except (ConnectionError, HTTPClientError, *NO_CREDENTIALS) as exc:
        broken = exc.__cause__
        raise TryAgain(broken.cause if isinstance(broken, BrokenExchange) else Cause.UNREACHABLE) from exc
