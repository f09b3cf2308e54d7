"""Clients that are generated from docs/openapi.yaml are complete, have the types of the API, and work.

Each generator runs once. Then a program that uses the client is checked for types, and run against the local stack.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.serving import Serving, serve

pytestmark = pytest.mark.slow

DOCUMENT = ROOT / "docs" / "openapi.yaml"
PROGRAMS = Path(__file__).parent
# Beside the interpreter: mypy, and ruff, with which the generator formats.
BIN = Path(sys.executable).parent
GENERATOR = ROOT / ".venv-clients" / "bin" / "openapi-python-client"
NODE = ROOT / "examples" / "node_modules"


def run(*command: object, folder: Path) -> str:
    """What a command in that folder prints. It must succeed."""
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        [*map(str, command)],
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serve(tmp_path_factory.mktemp("stack"), "--sample") as serving:
        yield serving


@pytest.fixture(scope="module")
def python_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the generated package and the program that uses it."""
    folder = tmp_path_factory.mktemp("python")
    options = ["--path", DOCUMENT, "--meta", "none", "--output-path", "dossiers_client", "--fail-on-warning"]
    assert GENERATOR.is_file(), f"{GENERATOR} is missing: run `make .venv-clients/.installed`"
    run(GENERATOR, "generate", *options, folder=folder)
    shutil.copy(PROGRAMS / "python_client.py", folder)
    return folder


@pytest.fixture(scope="module")
def typescript_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the generated types and the program that uses them."""
    assert NODE.is_dir(), "examples/node_modules is missing: run `make examples/node_modules/.installed`"
    folder = tmp_path_factory.mktemp("typescript")
    (folder / "node_modules").symlink_to(NODE)
    (folder / "package.json").write_text('{"type": "module"}')
    shutil.copy(ROOT / "examples" / "tsconfig.json", folder)
    run(NODE / ".bin" / "openapi-typescript", DOCUMENT, "-o", "api.ts", folder=folder)
    shutil.copy(PROGRAMS / "typescript_client.ts", folder)
    return folder


def test_the_python_client_has_the_types_that_a_program_uses(python_folder: Path) -> None:
    # client.py is the same for every API, and does not pass mypy's strict checks.
    checked = ["python_client.py", "dossiers_client/api", "dossiers_client/models"]
    run(BIN / "mypy", "--strict", "--follow-imports=silent", "--config-file=", *checked, folder=python_folder)


@pytest.mark.engine("dossiers serve on DynamoDB Local, over HTTP")
def test_a_program_with_the_python_client_does_everything(python_folder: Path, serving: Serving) -> None:
    run(sys.executable, "python_client.py", serving.url, serving.token("anna"), folder=python_folder)


def test_the_typescript_client_has_the_types_that_a_program_uses(typescript_folder: Path) -> None:
    run(NODE / ".bin" / "tsc", "--project", ".", folder=typescript_folder)


@pytest.mark.engine("dossiers serve on DynamoDB Local, over HTTP")
def test_a_program_with_the_typescript_client_does_everything(typescript_folder: Path, serving: Serving) -> None:
    run(NODE / ".bin" / "tsx", "typescript_client.ts", serving.url, serving.token("anna"), folder=typescript_folder)


def test_both_clients_have_every_operation(python_folder: Path, typescript_folder: Path) -> None:
    operations = {
        operation["operationId"]
        for path in json.loads((ROOT / "functions" / "docs" / "openapi.json").read_text())["paths"].values()
        for operation in path.values()
    }
    modules = {file.stem for file in python_folder.glob("dossiers_client/api/*/*_*.py")} - {"__init__"}
    assert modules == {"".join(f"_{c.lower()}" if c.isupper() else c for c in name) for name in operations}
    types = (typescript_folder / "api.ts").read_text()
    assert [name for name in operations if f'operations["{name}"]' not in types] == []
