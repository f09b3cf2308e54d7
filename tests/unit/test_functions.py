"""A handler contains a route and one call of the layer `api`."""

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

# The documentation is no operation of the API: test_documentation.py has its tests.
HANDLERS = sorted(path for path in ROOT.glob("functions/*/app.py") if path.parent.name != "docs")
each_handler = pytest.mark.parametrize("handler", HANDLERS, ids=lambda path: path.parent.name)


def test_there_is_a_handler_for_each_operation() -> None:
    operations = [handler.parent.name for handler in HANDLERS]
    assert operations == ["create", "delete", "groups", "index", "search", "show", "update"]


@each_handler
def test_a_handler_is_short_imports_the_shared_package_alone_and_catches_nothing(handler: Path) -> None:
    source = handler.read_text()
    assert len(source.splitlines()) < 40
    nodes = list(ast.walk(ast.parse(source)))
    assert not any(isinstance(node, ast.Try | ast.If | ast.For | ast.While | ast.Import) for node in nodes)
    imported = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    assert imported == {"dossiers.api", "dossiers.api.resolver", "dossiers.api.response"}


@each_handler
def test_each_function_of_a_handler_has_one_route_and_returns_what_one_call_returns(handler: Path) -> None:
    functions = [node for node in ast.parse(handler.read_text()).body if isinstance(node, ast.FunctionDef)]
    assert functions
    for function in functions:
        [route] = function.decorator_list
        assert isinstance(route, ast.Call)
        assert ast.unparse(route.func) in {f"app.{method}" for method in ("get", "post", "patch", "delete")}
        [statement] = function.body
        assert isinstance(statement, ast.Return)
        assert isinstance(statement.value, ast.Call)
        arguments = ["app.current_request", *(argument.arg for argument in function.args.args)]
        assert [ast.unparse(argument) for argument in statement.value.args] == arguments
