"""Every error of the domain has a status."""

import pytest

from dossiers.api import response
from dossiers.domain import errors


def test_every_error_of_the_domain_has_a_status_and_no_other() -> None:
    assert set(response.STATUSES) == set(errors.DossiersError.__subclasses__())


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.InvalidJson(), 400),
        (errors.Unauthorized(), 401),
        (errors.GroupNotFound(), 404),
        (errors.Invalid([("name", errors.Keyword.BLANK)]), 422),
        (errors.TryAgain(errors.Cause.THROTTLED), 503),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_refusal_has_the_published_status(error: errors.DossiersError, status: int) -> None:
    assert response.refusal(error).status_code == status


def test_only_a_retryable_error_has_a_retry_after_header() -> None:
    assert response.refusal(errors.TryAgain(errors.Cause.CONFLICT)).headers["Retry-After"] == "1"
    assert "Retry-After" not in response.refusal(errors.GroupNotFound()).headers
