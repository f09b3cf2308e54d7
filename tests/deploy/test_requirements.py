"""Requirements are ranges, and every lock file satisfies them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.deploy.stack import ROOT

FILES = [
    ROOT / "layers" / "dependencies" / "requirements.in",
    *sorted(ROOT.glob("requirements-*.in")),
    *sorted(ROOT.glob("benchmarks/baselines/*/requirements.in")),
]
DEPLOYED = FILES[0]


def each(*files: Path) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("file", files, ids=[str(file.relative_to(ROOT)) for file in files])


class Line(NamedTuple):
    """A requirement and the comment behind it."""

    requirement: Requirement
    comment: str


def lines(file: Path) -> Iterator[Line]:
    """The requirements of an .in file, without those of the files that it includes."""
    for line in file.read_text(encoding="utf-8").splitlines():
        requirement, _, comment = line.partition("#")
        if requirement.strip() and not requirement.startswith("-r "):
            yield Line(Requirement(requirement.strip()), comment.strip())


def locked(file: Path) -> dict[str, set[str]]:
    """Package -> the versions in the lock file that belongs to an .in file: one, or one for each version of Python."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", file.with_suffix(".txt").read_text(), re.MULTILINE):
        found.setdefault(canonicalize_name(name), set()).add(version)
    assert found
    return found


@each(*FILES)
def test_a_requirement_is_a_range_or_a_pin_with_a_reason(file: Path) -> None:
    for requirement, comment in lines(file):
        operators = sorted(each.operator for each in requirement.specifier)
        assert operators == ["<", ">="] or (operators == ["=="] and comment), f"{requirement}: neither"


@each(*FILES)
def test_the_locked_versions_are_in_the_ranges(file: Path) -> None:
    versions = locked(file)
    for requirement, _ in lines(file):
        for version in versions[canonicalize_name(requirement.name)]:
            assert version in requirement.specifier, f"{requirement.name} {version}: run `make lock`"


@each(*FILES)
def test_every_locked_package_has_a_hash(file: Path) -> None:
    text = file.with_suffix(".txt").read_text()
    packages = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert packages
    assert [package for package in packages if "--hash=sha256:" not in package] == []


@each(*FILES)
def test_no_requirements_file_names_the_address_of_an_index(file: Path) -> None:
    for path in (file, file.with_suffix(".txt")):
        assert re.findall(r"\w+://|--(?:extra-)?index|--find-links|--trusted-host", path.read_text()) == []


# SAM CLI and the generator of clients have environments of their own, which run none of the functions' code.
@each(*(file for file in FILES if file.name not in ("requirements-sam.in", "requirements-clients.in")))
def test_tests_and_benchmarks_run_with_the_versions_that_are_deployed(file: Path) -> None:
    deployed, here = locked(DEPLOYED), locked(file)
    assert {name: here[name] for name in here if name in deployed and here[name] != deployed[name]} == {}
