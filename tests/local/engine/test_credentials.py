"""The credentials of a local stack."""

from pathlib import Path

import pytest

from local.engine.credentials import Credentials
from local.errors import UserError


def test_the_credentials_of_a_file_are_created_once_and_readable_by_the_user_alone(tmp_path: Path) -> None:
    file = tmp_path / "credentials.json"
    first = Credentials.load_or_create(file)
    assert Credentials.load_or_create(file) == first != Credentials.generate()
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["", "{}", '{"access_key": "x"}', "[]"])
def test_damaged_credentials_are_reported_with_what_to_do(tmp_path: Path, text: str) -> None:
    file = tmp_path / "credentials.json"
    file.write_text(text)
    with pytest.raises(UserError, match=r"credentials\.json is damaged: restore it, or delete .* to start again"):
        Credentials.load_or_create(file)


def test_a_traceback_shows_no_secret() -> None:
    assert "secret" not in repr(Credentials("key", "my secret", "my secret token")).replace("secret_key", "")
