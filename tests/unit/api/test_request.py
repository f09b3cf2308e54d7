"""A request, as an event describes it: its path is one that Powertools can route, whatever its parameters hold."""

import re
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.api.request import Request
from dossiers.api.resolver import Resolver
from dossiers.api.response import Response
from tests.builders import an_event

LIST = "/api/v1/dossier_groups/{dossier_group_id}/dossiers"
ONE = f"{LIST}/{{dossier_id}}"
DOSSIER = "59abe42d-ad25-4273-95ef-86444705e8d3"

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


def a_request(route: str = ONE, **parameters: str) -> Request:
    """A request of this route. API Gateway has decoded the parameters."""
    path = re.sub(r"{(\w+)}", lambda match: parameters[match[1]], route)
    event = an_event("GET", "/", route=route, path_parameters=parameters)
    event["rawPath"] = event["requestContext"]["http"]["path"] = path
    return Request.of_event(event, None)


@given(texts, texts)
def test_each_parameter_is_one_segment_of_the_routed_path(group: str, dossier: str) -> None:
    path = a_request(dossier_group_id=group, dossier_id=dossier).routed_path
    segments = path.split("/")
    assert len(segments) == len(ONE.split("/"))
    assert (unquote(segments[4]), unquote(segments[6])) == (group, dossier)


@given(texts, texts)
def test_powertools_finds_the_route_and_gives_the_parameters_percent_encoded(group: str, dossier: str) -> None:
    app, routed = Resolver(), []

    @app.get("/api/v1/dossier_groups/<dossier_group_id>/dossiers/<dossier_id>")
    def show(dossier_group_id: str, dossier_id: str) -> Response:
        routed.append((unquote(dossier_group_id), unquote(dossier_id)))
        return Response(204)

    response = app.respond(a_request(dossier_group_id=group, dossier_id=dossier))
    assert (response["statusCode"], routed) == (204, [(group, dossier)])


@given(st.from_regex("[A-Za-z0-9_-]{1,64}", fullmatch=True), st.uuids(version=4).map(str))
def test_ids_are_what_they_are_in_the_routed_path(group: str, dossier: str) -> None:
    expected = f"/api/v1/dossier_groups/{group}/dossiers/{dossier}"
    assert a_request(dossier_group_id=group, dossier_id=dossier).routed_path == expected


@pytest.mark.parametrize("path", ["/api/v1/dossiers", "/api/v1/dossier_groups", "/api/v1/dossiers/search"])
def test_a_route_without_parameters_is_its_own_path(path: str) -> None:
    assert a_request(path).routed_path == path


@pytest.mark.parametrize(
    "changes",
    [{"routeKey": None}, {"routeKey": ""}, {"routeKey": "$default"}, {"pathParameters": None}, {"pathParameters": {}}],
    ids=str,
)
def test_an_event_without_its_route_or_parameters_has_its_raw_path(changes: dict[str, Any]) -> None:
    """sam local invoke takes whatever event a person has written."""
    event = an_event("GET", f"/api/v1/dossier_groups/group/dossiers/{DOSSIER}", route=ONE) | changes
    event = {name: value for name, value in event.items() if value is not None}
    assert Request.of_event(event, None).routed_path == f"/api/v1/dossier_groups/group/dossiers/{DOSSIER}"


@pytest.mark.parametrize(
    ("group", "dossier", "expected"),
    [
        ("group", DOSSIER, ("group", DOSSIER)),
        ("a/b", DOSSIER.upper(), (None, None)),
        ("Jan Jansen", "Jan Jansen", (None, None)),
        ("x" * 65, f"{DOSSIER}x", (None, None)),
    ],
)
def test_only_what_can_be_an_id_is_one_for_the_log_and_for_locations(
    group: str, dossier: str, expected: tuple[str | None, str | None]
) -> None:
    request = a_request(dossier_group_id=group, dossier_id=dossier)
    assert (request.group_if_any, request.dossier_if_any) == expected


@pytest.mark.parametrize(
    ("body", "problems"), [(None, []), ("", []), (" ", [("base", "invalid")]), ("{}", [("base", "invalid")])]
)
def test_a_body_is_a_problem_where_none_is_taken(body: str | None, problems: list[tuple[str, str]]) -> None:
    request = Request.of_event(an_event("GET", "/api/v1/dossiers", route="/api/v1/dossiers", body=body), None)
    assert request.body_problems() == problems
