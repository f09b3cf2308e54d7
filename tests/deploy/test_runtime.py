"""template.yaml alone says which version of Python the functions run on. Everything else reads it or agrees with it."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.deploy.stack import FUNCTIONS, RESOURCES, ROOT, RUNTIME

PYTHON = re.compile(rf"(?<![\d.]){re.escape(RUNTIME)}(?![\d.]*\d)|cpython-{RUNTIME.replace('.', '')}")
"""The version as text, or as the part of a compiled file's name."""

READ_IT = [
    ROOT / "template.yaml",
    ROOT / "samconfig.toml",
    *(path for path in (ROOT / "packaging").rglob("*") if path.is_file()),
    *(ROOT / "benchmarks").rglob("*.py"),
    *(ROOT / "tests" / "deploy").glob("*.py"),
]


def commands(*arguments: str) -> str:
    """The commands that make would run."""
    command = ["make", "--dry-run", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_all_functions_have_the_runtime_of_the_template() -> None:
    assert re.fullmatch(r"3\.\d+", RUNTIME)
    assert not any("Runtime" in function["Properties"] for function in FUNCTIONS.values())
    for resource in RESOURCES.values():
        assert resource.get("Properties", {}).get("CompatibleRuntimes", [f"python{RUNTIME}"]) == [f"python{RUNTIME}"]


def test_no_other_file_that_builds_or_measures_the_functions_repeats_the_version() -> None:
    repeated = {str(path.relative_to(ROOT)): len(PYTHON.findall(path.read_text())) for path in READ_IT}
    assert {path: count for path, count in repeated.items() if count} == {"template.yaml": 1}


@pytest.mark.parametrize("architecture", ["arm64", "x86_64"])
def test_the_packages_are_installed_for_the_runtime(architecture: str, tmp_path: Path) -> None:
    makefile = f"packaging/{architecture}/Makefile"
    installs = commands(f"--file={makefile}", f"ARTIFACTS_DIR={tmp_path}", "build-DependenciesLayer")
    assert re.findall(r"--python-version (\S+)", installs) == [RUNTIME]


def test_the_packages_of_the_benchmarks_are_locked_for_the_runtime() -> None:
    locked = re.findall(r"--python-version (\S+).* (\S+\.in)$", commands("lock"), re.MULTILINE)
    assert (RUNTIME, "requirements-bench.in") in locked


def test_the_page_about_names_has_the_runtimes_version_of_unicode() -> None:
    page = (ROOT / "docs" / "names.md").read_text(encoding="utf-8")
    (stated,) = re.findall(r"AWS Lambda runs (?:Python )?(\d+\.\d+)", page)
    assert stated == RUNTIME
    assert re.search(rf"^\| {re.escape(RUNTIME)} \| [\d.]+ \|$", page, re.MULTILINE), "a row of the table"
