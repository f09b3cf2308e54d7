"""The functions of the template, loaded into one process and invoked by many threads."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import template
from local.errors import UserError
from local.gateway.functions import load_handlers
from local.template import Route
from tests.builders import an_event
from tests.threads import at_once

FUNCTION = """
import threading
events = []
def handler(event, context):
    events.append((event, context, threading.current_thread()))
    if event["routeKey"].startswith("POST"):
        raise KeyError("sub")
    return events
"""


def a_route(code: Path, method: str = "GET", path: str = "/groups/{group}/dossiers") -> Route:
    return Route(method, path, "Function", code, "app.handler", "BearerToken", timeout=28)


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """The folder of a function that returns all its invocations so far. Its POST raises."""
    (tmp_path / "app.py").write_text(FUNCTION)
    return tmp_path


def test_every_route_has_served_a_request_without_a_user_when_its_handler_is_returned(code: Path) -> None:
    routes = [a_route(code), a_route(code, "POST"), a_route(code, "ANY", "/{group}/{id}")]
    handlers = load_handlers(routes)
    *first, _ = handlers["Function"]({"routeKey": "GET /"}, None)
    assert [event["routeKey"] for event, _, _ in first] == [route.key for route in routes]
    for event, context, _ in first:
        assert event["requestContext"]["authorizer"] == {"jwt": {"claims": {}, "scopes": None}}
        assert context.get_remaining_time_in_millis() > 0
    assert [event["pathParameters"] for event, _, _ in first] == [
        {"group": "group"}, {"group": "group"}, {"group": "group", "id": "id"}
    ]  # fmt: skip


def test_a_function_without_code_is_reported_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"the code of Function is missing: .*app\.py does not exist"):
        load_handlers([a_route(tmp_path)])


@pytest.fixture
def many_switches() -> Iterator[None]:
    """Threads that take turns as often as possible, so that a race shows."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.slow
@pytest.mark.usefixtures("many_switches")
def test_concurrent_requests_right_after_the_loading_all_get_a_response() -> None:
    routes = [route for route in template.routes(template.load()) if route.authorizer is not None]
    for _ in range(20):
        handlers = load_handlers(routes)
        for route in routes:
            path = route.path.replace("{dossier_group_id}", "g").replace("{dossier_id}", "d")
            event = an_event(route.method, path, route=route.path, sub=None)
            responses = at_once(8, lambda _, event=event, handle=handlers[route.function]: handle(event, None))  # type: ignore[misc]
            assert [response["statusCode"] for response in responses] == [401] * 8
            assert [json.loads(response["body"]) for response in responses] == [{"message": "Unauthorized"}] * 8
