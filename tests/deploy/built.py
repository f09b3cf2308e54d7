"""What the last `make build` has built, and how the checks of it run programs."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from local import template
from tests.deploy import stack

ROOT = stack.ROOT
BUILT = ROOT / ".aws-sam" / "build"
DOCUMENTATION = "DocsFunction"
"""The function that serves files, and imports nothing of the layers."""

FUNCTIONS = tuple(function for function in stack.FUNCTIONS if function != DOCUMENTATION)
"""The functions of the API."""
DOSSIERS = BUILT / "DossiersLayer" / "python"
DEPENDENCIES = BUILT / "DependenciesLayer" / "python"

PYTHON = subprocess.run(
    [ROOT / "packaging" / "find-python", stack.RUNTIME], stdout=subprocess.PIPE, text=True, check=False
).stdout.strip()
"""The path of a Python of the runtime's version on this machine, or "" if there is none."""

CACHE_TAG = f"cpython-{stack.RUNTIME.replace('.', '')}"
"""The part of a file name that says for which Python the file was compiled."""


@cache
def architecture() -> str:
    """The architecture for which the layer of dependencies was built."""
    built = template.load(BUILT / "template.yaml")["Resources"]["DependenciesLayer"]
    return str(built["Metadata"]["BuildArchitecture"])


def run(
    program: str, *path: Path | str, python: str = sys.executable, environment: dict[str, str], given: Any = None
) -> Any:
    """Run a program that can import modules from `path` and from the standard library only.

    The program reads `given` as JSON from its standard input. Returns the JSON on the last line of its output.
    """
    # -I -S: without the packages and settings of this environment. -B: Lambda's folders are read-only.
    command = [python, "-I", "-S", "-B", "-c", f"import sys; sys.path[:0] = sys.argv[1:]\n{program}", *map(str, path)]
    ran = subprocess.run(
        command, input=json.dumps(given), env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])
