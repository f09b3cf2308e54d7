"""A program that stands in for Java."""

from pathlib import Path


def install_java(home: Path, *, version: str, version_status: int = 0, output: str = "", status: int = 0) -> Path:
    """Write a program to `home`/bin/java. Returns its path.

    `java -version` prints `version` and exits with `version_status`. Any other use prints `output` and exits with
    `status`.
    """
    program = home / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(
        f"#!/bin/sh\n"
        f"if [ \"$1\" = -version ]; then echo '{version}' >&2; exit {version_status}; fi\n"
        f"echo '{output}' >&2; exit {status}\n"
    )
    program.chmod(0o755)
    return program
