"""The functions of template.yaml, loaded into this process."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from local.engine.engine import Engine
from local.errors import UserError
from local.gateway.event import build_event
from local.gateway.invocation import Context, Handler
from local.gateway.request import Request
from local.template import Route, environment, table_id


def set_environment(template: Mapping[str, Any], routes: Iterable[Route], engine: Engine, table: str) -> None:
    """Set the environment variables that the functions read. Call it before the functions are loaded.

    A variable that the user has set overrides the template, except those that select the engine and the table.
    """
    declared: dict[str, str] = {}
    for route in routes:
        declared |= environment(template, route.function, {table_id(template): table})
    # The gateway logs each request, so the functions need not.
    quiet = {"POWERTOOLS_LOG_LEVEL": "WARNING", "POWERTOOLS_METRICS_DISABLED": "true"}
    for name, value in (declared | quiet).items():
        os.environ.setdefault(name, value)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"):
        os.environ.pop(name, None)
    os.environ |= engine.environment | {
        "TABLE_NAME": table,
        # A proxy that is configured on this machine cannot reach the engine.
        "NO_PROXY": ",".join(filter(None, [os.environ.get("NO_PROXY"), "127.0.0.1", "localhost"])),
    }


def load_handlers(routes: Iterable[Route]) -> dict[str, Handler]:
    """Returns the handler of each function by its logical id. Raises UserError when its code is missing.

    Sends one request to each route. Powertools finishes the set-up of a route at its first request, without a lock,
    because Lambda sends a process one request at a time. On this machine the first requests could be concurrent.
    """
    routes = list(routes)
    handlers = {}
    for route in routes:
        if route.function not in handlers:
            handlers[route.function] = _load(route)
    for route in routes:
        _send_first_request(route, handlers[route.function])
    return handlers


def _load(route: Route) -> Handler:
    module_name, _, attribute = route.handler.rpartition(".")
    file = route.code / f"{module_name}.py"
    # The file of every function is app.py. The module names distinguish them in tracebacks and in the debugger.
    specification = importlib.util.spec_from_file_location(f"functions.{route.code.name}.{module_name}", file)
    if specification is None or specification.loader is None or not file.is_file():
        raise UserError(f"the code of {route.function} is missing: {file} does not exist")
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    handler: Handler = getattr(module, attribute)
    return handler


def _send_first_request(route: Route, handler: Handler) -> None:
    """Invoke the handler with a request whose token names no user. It responds 401 and reads nothing."""
    request = Request(
        method="GET" if route.method == "ANY" else route.method,
        target=route.path.replace("{", "").replace("}", ""),
        protocol="HTTP/1.1",
        headers={},
        body=b"",
        source_ip="127.0.0.1",
        port=80,
        id=str(uuid4()),
    )
    parameters = {name[1:-1]: name[1:-1] for name in route.path.split("/") if name.startswith("{")}
    event = build_event(request, route, parameters, claims={})
    # A function that raises for this event may still serve others. The gateway logs the errors of real requests.
    with contextlib.suppress(Exception):
        handler(event, Context(route.function, request.id, route.timeout))
