"""How the commands find the stack that serves a folder."""

import json
import os
from pathlib import Path

import pytest

from local import stack
from local.engine.credentials import Credentials
from local.engine.engine import Engine
from local.errors import UserError
from local.folder import DataFolder
from local.stack import Stack

STACK = Stack("http://127.0.0.1:8000", Engine("http://127.0.0.1:1", Credentials("key", "secret")), "dossiers")


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path)


def test_a_stack_is_found_as_long_as_it_serves(folder: DataFolder) -> None:
    with stack.claim(folder):
        stack.announce(folder, STACK)
        assert stack.find(folder) == STACK
        stack.withdraw(folder)
        with pytest.raises(UserError, match="no stack serves"):
            stack.find(folder)


def test_other_programs_find_the_engine_at_the_top_level_of_stack_json(folder: DataFolder) -> None:
    stack.announce(folder, STACK)
    assert json.loads((folder.path / "stack.json").read_text()) == {
        "url": "http://127.0.0.1:8000",
        "endpoint": "http://127.0.0.1:1",
        "region": "eu-west-1",
        "table": "dossiers",
        "access_key": "key",
        "secret_key": "secret",
        "session_token": None,
    }


@pytest.mark.parametrize("left_behind", [STACK.to_json(), "{}"])
def test_what_a_killed_stack_left_behind_is_not_a_stack_that_serves(folder: DataFolder, left_behind: str) -> None:
    folder.serve_lock.write_text("1")
    folder.stack.write_text(left_behind)
    with pytest.raises(UserError, match="no stack serves"):
        stack.find(folder)
    with stack.claim(folder):
        assert not folder.stack.exists()


@pytest.mark.slow
def test_a_folder_that_is_served_already_is_reported_with_the_url(folder: DataFolder) -> None:
    with stack.claim(folder):
        stack.announce(folder, STACK)
        with pytest.raises(UserError) as raised, stack.claim(folder):
            pass
    assert str(raised.value) == f"{folder} is already served at {STACK.url}, by process {os.getpid()}"


@pytest.mark.slow
def test_a_folder_whose_stack_does_not_listen_yet_is_reported_with_the_process(folder: DataFolder) -> None:
    with stack.claim(folder), pytest.raises(UserError) as raised, stack.claim(folder):
        pass
    assert str(raised.value) == f"process {os.getpid()} is starting or stopping a stack on {folder}: try again"
