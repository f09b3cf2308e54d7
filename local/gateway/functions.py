"""The functions of the template, loaded into this process as Lambda would load each into its own."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from local.engine.dynamodb_local import Engine
from local.errors import UserError
from local.gateway.gateway import Handler
from local.template import Route, environment, table_id


def configure(template: Mapping[str, Any], routes: Iterable[Route], engine: Engine, table: str) -> None:
    """Set the environment that the functions are to find. To be called before they are loaded.

    What the template sets gives way to what the user has set; how to reach the table does not.
    """
    declared: dict[str, str] = {}
    for route in routes:
        declared |= environment(template, route.function, {table_id(template): table})
    # The answers are on the screen already; what goes wrong is not.
    quiet = {"POWERTOOLS_LOG_LEVEL": "WARNING", "POWERTOOLS_METRICS_DISABLED": "true"}
    for name, value in (declared | quiet).items():
        os.environ.setdefault(name, value)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"):
        os.environ.pop(name, None)
    os.environ |= engine.environment | {
        "TABLE_NAME": table,
        # A proxy that the machine may have leads away from the engine.
        "NO_PROXY": ",".join(filter(None, [os.environ.get("NO_PROXY"), "127.0.0.1", "localhost"])),
    }


def handlers(routes: Iterable[Route]) -> dict[str, Handler]:
    """Each function's logical id -> its handler, freshly loaded. Raises UserError when the code is not there."""
    found = {}
    for route in routes:
        if route.function not in found:
            found[route.function] = _loaded(route)
    return found


def _loaded(route: Route) -> Handler:
    module_name, _, attribute = route.handler.rpartition(".")
    file = route.code / f"{module_name}.py"
    # Each function's file is called app.py: the name tells them apart, in tracebacks and in the debugger.
    specification = importlib.util.spec_from_file_location(f"functions.{route.code.name}.{module_name}", file)
    if specification is None or specification.loader is None or not file.is_file():
        raise UserError(f"{route.function} has no code: {file} is not there")
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    handler: Handler = getattr(module, attribute)
    return handler
