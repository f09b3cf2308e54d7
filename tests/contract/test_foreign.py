"""A dossier of another group, one that never existed, and what cannot be a dossier: nobody can tell which."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from tests.api import Api, Response
from tests.builders import a_patch, a_word
from tests.contract.conftest import EDITORS, READERS

UNUSED = "c1af0310-94c2-486d-8018-ed28526be5b9"
"""The id of no dossier."""

NOT_FOUND = {"errors": {"dossier_id": ["not_found"]}}
GROUP_NOT_FOUND = {"errors": {"dossier_group_id": ["not_found"]}}

OPERATIONS: dict[str, Callable[..., Response]] = {
    "show": lambda api, dossier, **options: api.show(dossier, **options),
    "update": lambda api, dossier, **options: api.update(dossier, a_patch(city="Ede"), **options),
    "delete": lambda api, dossier, **options: api.delete(dossier, **options),
}
operations = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS.keys())

VARIES = {"date", "apigw-requestid"}


def answer(response: Response) -> tuple[int, object, dict[str, str]]:
    """What a caller sees of a response, but for what differs from one request to the next."""
    headers = {name: value for name, value in response.headers.items() if name not in VARIES}
    return response.status, response.json, headers


@operations
def test_a_dossier_that_never_existed_is_not_found(api: Api, operation: Callable[..., Response]) -> None:
    response = operation(api, str(uuid4()))
    assert (response.status, response.json) == (404, NOT_FOUND)


@operations
def test_a_dossier_of_another_group_is_as_one_that_never_existed(api: Api, operation: Callable[..., Response]) -> None:
    there = api.create_dossier(group=api.other)
    before = api.show(there, group=api.other)
    assert answer(operation(api, there)) == answer(operation(api, str(uuid4())))
    after = api.show(there, group=api.other)
    assert (after.body, after.etag) == (before.body, before.etag)


@operations
def test_a_deleted_dossier_is_as_one_that_never_existed(api: Api, operation: Callable[..., Response]) -> None:
    dossier = api.create_dossier()
    api.delete_dossier(dossier)
    assert answer(operation(api, dossier)) == answer(operation(api, str(uuid4())))


MALFORMED = [
    "x", "search", "%", "%2F", "a/b", "/", "//", "a%2Fb", "%252F", "é", "e\u0301", "😀", "\u202e", '"', "'", "`", "\\",
    "#", "*", "?", "&", "=", "+", " ", "a b", ";", ",", "<script>", "{dossier_id}", "\x00", "\n", "\x7f", "\u0085",
    "DOSSIER#", "PERSON", "null", "0", "-1", "x" * 300, "00000000-0000-0000-0000-000000000000",
    "8e91e28a-e8e6-11f1-a959-02fc00000001", UNUSED.replace("-", ""), f"{{{UNUSED}}}", f"urn:uuid:{UNUSED}", UNUSED[:-1],
    f"{UNUSED}0",
    "00000000-0000-4000-c000-000000000000", "００000000-0000-4000-8000-000000000000",
]  # fmt: skip


@operations
@pytest.mark.parametrize("dossier", MALFORMED, ids=ascii)
def test_what_cannot_be_a_dossier_is_as_one_that_never_existed(
    api: Api, operation: Callable[..., Response], dossier: str
) -> None:
    assert answer(operation(api, dossier)) == answer(operation(api, str(uuid4())))


VARIANTS: dict[str, Callable[[str], str]] = {
    "upper case": str.upper,
    "a space before": lambda dossier: f" {dossier}",
    "a space behind": lambda dossier: f"{dossier} ",
    "a line break behind": lambda dossier: f"{dossier}\n",
    "a zero-width space behind": lambda dossier: f"{dossier}\u200b",
    "a slash behind": lambda dossier: f"{dossier}/",
    "a path behind": lambda dossier: f"{dossier}/PERSON",
    "another path": lambda dossier: f"x/../{dossier}",
    "a number sign behind": lambda dossier: f"{dossier}#",
    "a key before": lambda dossier: f"DOSSIER#{dossier}",
    "quotes": lambda dossier: f'"{dossier}"',
    "percent-encoded twice": lambda dossier: dossier.replace("-", "%2D"),
    "without hyphens": lambda dossier: dossier.replace("-", ""),
    "other hyphens": lambda dossier: dossier.replace("-", "\u2010"),
}


@operations
@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS.keys())
def test_an_id_that_is_written_otherwise_is_no_dossier(
    api: Api, operation: Callable[..., Response], variant: Callable[[str], str]
) -> None:
    dossier = api.create_dossier()
    response = operation(api, variant(dossier))
    assert (response.status, response.json) == (404, NOT_FOUND)
    assert api.show(dossier).etag == '"1"'


GROUPS = [
    "a b", "a#b", "contract-a#DOSSIER", "a/b", "contract-a/", "contract-a%", "%2F", "é", "😀", "a.b", "*", '"', "'",
    "\x00", "x" * 65, "CONTRACT-A", " contract-a", "contract-a ", "contract-a\n", "contract-a\u200b",
]  # fmt: skip


@operations
@pytest.mark.parametrize("group", GROUPS, ids=ascii)
def test_what_cannot_be_a_group_is_as_one_that_is_not_granted(
    api: Api, operation: Callable[..., Response], group: str
) -> None:
    dossier = api.create_dossier()
    not_granted = operation(api, dossier, group=a_word("nobody-"))
    assert (not_granted.status, not_granted.json) == (404, GROUP_NOT_FOUND)
    assert answer(operation(api, dossier, group=group)) == answer(not_granted)
    assert api.show(dossier).etag == '"1"'


@operations
@pytest.mark.parametrize("dossier", ["x", "a/b", "é"])
def test_the_group_is_checked_before_the_dossier(api: Api, operation: Callable[..., Response], dossier: str) -> None:
    response = operation(api, dossier, group=a_word("nobody-"))
    assert (response.status, response.json) == (404, GROUP_NOT_FOUND)


def test_a_dossier_of_a_group_with_another_role_is_found_there_alone(api: Api) -> None:
    dossier = api.create_dossier(group=EDITORS)
    assert api.show_dossier(dossier, group=EDITORS)["id"] == dossier
    for group in (api.group, api.other, READERS):
        response = api.show(dossier, group=group)
        assert (response.status, response.json) == (404, NOT_FOUND)
