"""What `make build` made last, as the checks of it look at it."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from local import template

ROOT = template.TEMPLATE.parent
BUILT = ROOT / ".aws-sam" / "build"
FUNCTIONS = ("IndexFunction", "SearchFunction", "CreateFunction")
DOSSIERS = BUILT / "DossiersLayer" / "python"
DEPENDENCIES = BUILT / "DependenciesLayer" / "python"

PYTHON = subprocess.run(
    [ROOT / "packaging" / "find-python", "3.13"], stdout=subprocess.PIPE, text=True, check=False
).stdout.strip()
"""A Python of the runtime's version, where this machine has one; else ""."""


@cache
def architecture() -> str:
    """What the layer of dependencies was built for."""
    built = template.load(BUILT / "template.yaml")["Resources"]["DependenciesLayer"]
    return str(built["Metadata"]["BuildArchitecture"])


def run(
    program: str, *path: Path | str, python: str = sys.executable, environment: dict[str, str], given: Any = None
) -> Any:
    """What a program prints as JSON that runs with nothing but `path` to import from, beside Python itself.

    `given` is what it reads as JSON.
    """
    # -I -S: neither this environment's packages nor its settings. -B: Lambda's folders cannot be written to.
    command = [python, "-I", "-S", "-B", "-c", f"import sys; sys.path[:0] = sys.argv[1:]\n{program}", *map(str, path)]
    ran = subprocess.run(
        command, input=json.dumps(given), env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])
