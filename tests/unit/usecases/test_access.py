"""Every use case of a user requires the grants of the user."""

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

# `access` checks grants and creates them. Operators run `reindexing`, which has no user.
WITHOUT_GRANTS = {"access", "reindexing"}

PACKAGE = Path(dossiers.__file__).parent


def user_functions() -> list[Callable[..., Any]]:
    """The public functions of the use cases that users call."""
    names = [module.name for module in pkgutil.iter_modules(usecases.__path__) if module.name not in WITHOUT_GRANTS]
    modules = [importlib.import_module(f"dossiers.usecases.{name}") for name in names]
    return [
        function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    ]


@pytest.mark.parametrize("function", user_functions(), ids=lambda function: function.__qualname__)
def test_a_use_case_takes_the_grants_that_it_needs(function: Callable[..., Any]) -> None:
    hints = get_type_hints(function)
    required = [
        hints[name]
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.default is inspect.Parameter.empty
    ]
    assert any(Grant in (hint, *get_args(hint)) for hint in required)


def test_creating_and_listing_are_use_cases_of_users() -> None:
    modules = {function.__module__.rpartition(".")[2] for function in user_functions()}
    assert modules >= {"creating", "listing"}


def test_only_the_check_of_access_makes_a_grant() -> None:
    makers = {
        file.relative_to(PACKAGE).as_posix()
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Grant"
    }
    assert makers == {"usecases/access.py"}
