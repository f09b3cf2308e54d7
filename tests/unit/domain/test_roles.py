"""Each role permits what the roles before it permit."""

import pytest

from dossiers.domain.roles import Role


def test_the_roles_are_the_published_ones_in_their_order() -> None:
    assert list(Role) == ["reader", "editor", "manager"]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("required", Role)
def test_a_role_permits_what_requires_it_or_a_lower_one(role: Role, required: Role) -> None:
    permitted = {
        "reader": {"reader"},
        "editor": {"reader", "editor"},
        "manager": {"reader", "editor", "manager"},
    }
    assert role.permits(required) is (required in permitted[role])


@pytest.mark.parametrize("text", ["", "Reader", "READER", "owner", "reader "])
def test_no_other_text_is_a_role(text: str) -> None:
    with pytest.raises(ValueError, match=repr(text)):
        Role(text)
