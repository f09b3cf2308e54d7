"""A handler is a route and one call of a use case."""

import ast

import pytest

from tests.conftest import ROOT

HANDLERS = sorted(ROOT.glob("functions/*/app.py"))


def test_there_is_a_handler_for_each_operation() -> None:
    names = [handler.parent.name for handler in HANDLERS]
    assert names == ["create", "delete", "groups", "index", "search", "show", "update"]


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda path: path.parent.name)
def test_a_handler_is_short_imports_the_shared_package_alone_and_catches_nothing(handler: object) -> None:
    source = handler.read_text()  # type: ignore[attr-defined]
    assert len(source.splitlines()) < 40
    nodes = list(ast.walk(ast.parse(source)))
    assert not any(isinstance(node, ast.Try | ast.If | ast.For | ast.While | ast.Import) for node in nodes)
    imported = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    assert imported == {"dossiers.api", "dossiers.api.resolver", "dossiers.api.response"}
