"""No use case runs for a user without the check of their grants."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

import dossiers
from dossiers import usecases
from dossiers.usecases.access import Grant

# `access` checks and gives grants. Operators run `reindexing` for no user.
WITHOUT_GRANTS = {"access", "reindexing"}

PACKAGE = Path(dossiers.__file__).parent


def functions_of_users() -> list[Callable[..., Any]]:
    """The public functions of the use cases that users have."""
    names = [module.name for module in pkgutil.iter_modules(usecases.__path__) if module.name not in WITHOUT_GRANTS]
    modules = [importlib.import_module(f"dossiers.usecases.{name}") for name in names]
    return [
        function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    ]


@pytest.mark.parametrize("function", functions_of_users(), ids=lambda function: function.__qualname__)
def test_a_use_case_takes_the_grants_that_it_needs(function: Callable[..., Any]) -> None:
    hints = get_type_hints(function)
    required = [
        hints[name]
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.default is inspect.Parameter.empty
    ]
    assert any(Grant in (hint, *get_args(hint)) for hint in required)


def test_creating_and_listing_are_use_cases_of_users() -> None:
    modules = {function.__module__.rpartition(".")[2] for function in functions_of_users()}
    assert modules >= {"creating", "listing"}


def test_only_the_check_of_access_makes_a_grant() -> None:
    makers = {
        file.relative_to(PACKAGE).as_posix()
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Grant"
    }
    assert makers == {"usecases/access.py"}
