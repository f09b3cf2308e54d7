"""Every error of the domain has a status."""

from collections.abc import Iterator

import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from dossiers.api import response
from dossiers.api.request import Request
from dossiers.domain import errors
from dossiers.domain.deadline import NEVER
from tests.builders import an_event

ROUTE = "/api/v1/dossier_groups/{dossier_group_id}/dossiers/{dossier_id}"
DOSSIER = "59abe42d-ad25-4273-95ef-86444705e8d3"


def a_request(**options: dict[str, str]) -> Request:
    parameters = {"dossier_group_id": "group", "dossier_id": DOSSIER}
    path = ROUTE.format(**parameters)
    event = an_event("PATCH", path, route=ROUTE, path_parameters=parameters, **options)  # type: ignore[arg-type]
    return Request(APIGatewayProxyEventV2(event), NEVER)


def kinds(error: type[errors.DossiersError]) -> Iterator[type[errors.DossiersError]]:
    """The kinds of an error, at any depth."""
    for kind in error.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_every_error_of_the_domain_has_a_status_and_no_other() -> None:
    assert set(response.STATUSES) == set(kinds(errors.DossiersError))


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.InvalidJson(), 400),
        (errors.Unauthorized(), 401),
        (errors.Forbidden(), 403),
        (errors.GroupNotFound(), 404),
        (errors.DossierNotFound(), 404),
        (errors.Stale(), 412),
        (errors.Invalid([("name", errors.Keyword.BLANK)]), 422),
        (errors.Taken(DOSSIER), 422),
        (errors.TryAgain(errors.Cause.THROTTLED), 503),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_a_refusal_has_the_published_status(error: errors.DossiersError, status: int) -> None:
    assert response.refusal(a_request(), error).status_code == status


def test_only_what_may_succeed_later_asks_to_be_sent_again() -> None:
    assert response.refusal(a_request(), errors.TryAgain(errors.Cause.CONFLICT)).headers["Retry-After"] == "1"
    assert "Retry-After" not in response.refusal(a_request(), errors.GroupNotFound()).headers


@pytest.mark.parametrize(
    ("headers", "scheme"),
    [({}, "https"), ({"x-forwarded-proto": "http"}, "http"), ({"x-forwarded-proto": "x"}, "https")],
)
def test_the_location_of_a_taken_identifier_is_the_dossier_that_has_it(headers: dict[str, str], scheme: str) -> None:
    other = "00000000-0000-4000-8000-000000000000"
    refusal = response.refusal(a_request(headers=headers), errors.Taken(other))
    expected = f"{scheme}://api.example.com/api/v1/dossier_groups/group/dossiers/{other}"
    assert refusal.headers["Location"] == expected


def test_no_other_refusal_has_a_location() -> None:
    assert "Location" not in response.refusal(a_request(), errors.DossierNotFound()).headers
    assert "Location" not in response.refusal(a_request(), errors.Invalid([("name", errors.Keyword.BLANK)])).headers
