"""The data folder of a local stack."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import folder as files
from local.errors import UserError
from local.folder import DataFolder


@pytest.fixture
def ordinary_user() -> Iterator[None]:
    """Tests that run as root may write everywhere: become somebody else."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    yield
    os.seteuid(0)


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    tmp_path.chmod(0o555)
    yield tmp_path
    tmp_path.chmod(0o755)


@pytest.mark.parametrize("place", [".", "data"])
def test_a_folder_that_is_read_only_is_reported_in_one_line(read_only: Path, ordinary_user: None, place: str) -> None:
    with pytest.raises(UserError, match=r"^cannot write to the folder .*: Permission denied$"):
        DataFolder(read_only / place).prepare()


def test_a_folder_whose_parent_is_a_file_is_reported_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=r"^cannot write to the folder .*/file/data: Not a directory$"):
        DataFolder(tmp_path / "file" / "data").prepare()


def test_a_new_folder_is_accessible_to_the_user_alone(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    assert folder.path.stat().st_mode & 0o077 == 0


def test_a_file_is_created_once_and_replaced_completely(tmp_path: Path) -> None:
    file = tmp_path / "file"
    assert files.read_or_create(file, lambda: "first") == "first"
    assert files.read_or_create(file, lambda: "second") == "first"
    files.replace(file, "third")
    assert file.read_text() == "third"
    assert file.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [file]
