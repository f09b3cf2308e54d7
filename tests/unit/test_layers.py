"""The import contracts in pyproject.toml apply to new modules too."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT

LINT_IMPORTS = str(Path(sys.executable).with_name("lint-imports"))
OTHER_PACKAGES = [
    package
    for package in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    if package != "dossiers"
]

pytestmark = pytest.mark.slow


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package, in a copy to which a test adds modules."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "layers" / "dossiers" / "python" / "dossiers", tmp_path / "dossiers")
    for package in OTHER_PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("node_modules"))
    return tmp_path / "dossiers"


def broken_contracts(package: Path) -> list[str]:
    """The contracts that the package breaks, by the beginnings of their names."""
    ran = subprocess.run(
        [LINT_IMPORTS, "--no-cache"], cwd=package.parent, capture_output=True, text=True, check=False, timeout=120
    )
    summary = ran.stdout.partition("Contracts: ")[0].splitlines()
    broken = [line.removesuffix(" BROKEN") for line in summary if line.endswith(" BROKEN")]
    assert bool(broken) == (ran.returncode != 0), ran.stdout + ran.stderr
    return broken


def test_the_package_breaks_no_contract(copy: Path) -> None:
    assert broken_contracts(copy) == []


@pytest.mark.parametrize(
    ("module", "code", "contract"),
    [
        ("reports.py", "import json", "Layers"),
        ("reports/__init__.py", "", "Layers"),
        ("usecases/reports.py", "from dossiers.api import request", "Layers"),
        ("storage/reports.py", "from dossiers.api import request", "Layers"),
        ("domain/reports.py", "from dossiers.api import request", "Layers"),
        ("domain/reports.py", "from dossiers.storage import items", "Layers"),
        ("api/reports.py", "import botocore.session", "Only storage imports botocore"),
        ("usecases/reports.py", "import aws_lambda_powertools", "Only the API knows HTTP and Powertools"),
        ("usecases/reports.py", "from dossiers.storage import client", "Only the table makes requests to DynamoDB"),
        ("storage/reports.py", "from local import template", "Nothing that is deployed imports the local stack"),
    ],
)
def test_a_module_that_imports_against_the_order_breaks_a_contract(
    copy: Path, module: str, code: str, contract: str
) -> None:
    file = copy / module
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"{code}\n")
    assert any(name.startswith(contract) for name in broken_contracts(copy))
