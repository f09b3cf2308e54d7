"""No use case runs for a user without the check of their grants, and of the role that it takes."""

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
from dossiers.domain.errors import Forbidden, GroupNotFound
from dossiers.domain.roles import Role
from dossiers.storage import items
from dossiers.storage.items import Item, Key
from dossiers.storage.stored_dossier import StoredDossier
from dossiers.usecases import access
from dossiers.usecases.access import Grant

# `access` checks and gives grants, and `group_list` lists a user's own. Operators run `reindexing` for no user.
# `conflicts` repeats what it is given.
WITHOUT_GRANTS = {"access", "conflicts", "group_list", "reindexing"}

READ_WITH_A_GRANT = StoredDossier
"""Takes the place of a grant: a dossier is read with one."""

PACKAGE = Path(dossiers.__file__).parent


def functions_of_users() -> list[Callable[..., Any]]:
    """The public functions of the use cases that users call."""
    names = [module.name for module in pkgutil.iter_modules(usecases.__path__) if module.name not in WITHOUT_GRANTS]
    modules = [importlib.import_module(f"dossiers.usecases.{name}") for name in names]
    return [
        function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    ]


def takes_a_grant(function: Callable[..., Any]) -> bool:
    hints = get_type_hints(function)
    required = [
        hints[name]
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.default is inspect.Parameter.empty and name != "self"
    ]
    return any({Grant, READ_WITH_A_GRANT} & {hint, *get_args(hint)} for hint in required)


def methods_of_what_it_starts(function: Callable[..., Any]) -> list[Callable[..., Any]]:
    """The public methods of the unfinished read that a function returns."""
    returned = get_type_hints(function)["return"]
    members = inspect.getmembers(returned, inspect.isfunction)
    return [method for name, method in members if not name.startswith("_")]


STARTS = [function for function in functions_of_users() if function.__name__ == "start"]
OTHERS = [function for function in functions_of_users() if function not in STARTS]


@pytest.mark.parametrize("function", OTHERS, ids=lambda function: f"{function.__module__}.{function.__name__}")
def test_a_use_case_takes_the_grants_that_it_needs(function: Callable[..., Any]) -> None:
    assert takes_a_grant(function)


@pytest.mark.parametrize("function", STARTS, ids=lambda function: function.__module__)
def test_what_is_read_before_the_grant_is_returned_for_a_grant_alone(function: Callable[..., Any]) -> None:
    methods = methods_of_what_it_starts(function)
    assert methods
    assert all(map(takes_a_grant, methods))


def test_every_operation_is_a_use_case_of_users() -> None:
    modules = {function.__module__.rpartition(".")[2] for function in functions_of_users()}
    assert modules == {"creating", "deleting", "identifier_search", "listing", "reading", "updating"}


def test_only_the_check_of_access_makes_a_grant() -> None:
    makers = {
        file.relative_to(PACKAGE).as_posix()
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Grant"
    }
    assert makers == {"usecases/access.py"}


class Granting:
    """A table with one grant."""

    def __init__(self, role: str | None) -> None:
        role_ = {} if role is None else {"role": role}
        self._grant: Item = {**items.grant_key("user", "group")._asdict(), **role_}

    def get(self, key: Key) -> Item | None:
        return self._grant if key == items.key_of(self._grant) else None


PERMITTED = [
    ("reader", "reader", True),
    ("reader", "editor", False),
    ("reader", "manager", False),
    ("editor", "reader", True),
    ("editor", "editor", True),
    ("editor", "manager", False),
    ("manager", "reader", True),
    ("manager", "editor", True),
    ("manager", "manager", True),
    (None, "reader", True),
    (None, "editor", True),
    (None, "manager", False),
]


@pytest.mark.parametrize(("granted", "required", "is_permitted"), PERMITTED)
def test_a_role_permits_what_it_and_the_roles_below_it_are_for(
    granted: str | None, required: str, is_permitted: bool
) -> None:
    table: Any = Granting(granted)
    if is_permitted:
        grant = access.require(table, "user", "group", Role(required))
        assert grant == Grant("user", "group", Role(granted or "editor"))
    else:
        with pytest.raises(Forbidden):
            access.require(table, "user", "group", Role(required))


@pytest.mark.parametrize(("user", "group"), [("user", "other"), ("other", "group"), ("user", "a#b"), ("user", "")])
def test_without_a_grant_no_role_is_looked_at(user: str, group: str) -> None:
    table: Any = Granting("reader")
    with pytest.raises(GroupNotFound):
        access.require(table, user, group, Role.MANAGER)
