"""Starts SAM CLI for tests: in a clean environment, without Docker (sam_without_docker.py) and without a network."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local.template import TEMPLATE

ROOT = TEMPLATE.parent
PYTHON = ROOT / ".venv-sam" / "bin" / "python"


def command(*, run: str = sys.executable) -> list[str]:
    """The command for `sam`. `run`: the Python that runs handlers, or `variables` (see sam_without_docker.py)."""
    assert PYTHON.is_file(), "SAM CLI is missing: run `make test`, which installs it into .venv-sam"
    return [str(PYTHON), str(ROOT / "tests" / "sam_without_docker.py"), run]


def shell(home: Path, **variables: str) -> dict[str, str]:
    """The environment of a user who has set `variables` and has no AWS account."""
    nothing_listens = "http://127.0.0.1:9"
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "SAM_CLI_TELEMETRY": "0",
        # SAM CLI requests the account id from AWS and its newest version from PyPI, and continues without a response.
        "HTTPS_PROXY": nothing_listens,
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
        **variables,
    }


def invoke(function: str, *options: object, environment: dict[str, str], run: str = sys.executable) -> Any:
    """The response of a function to `sam local invoke FUNCTION OPTIONS`."""
    ran = subprocess.run(
        [*command(run=run), "local", "invoke", function, *map(str, options)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@contextmanager
def start_api(*options: object, environment: dict[str, str]) -> Iterator[str]:
    """Run `sam local start-api OPTIONS` on a free port until the end of the block. Yields its URL."""
    log = Path(environment["HOME"]) / "start-api.log"
    arguments = [*command(), "local", "start-api", "--port", "0", *map(str, options)]
    with log.open("w") as output, subprocess.Popen(arguments, cwd=ROOT, env=environment, stderr=output) as process:
        try:
            yield _address(log, process)
        finally:
            process.terminate()


def _address(log: Path, process: subprocess.Popen[bytes]) -> str:
    """The URL that SAM CLI prints when it serves."""
    deadline = time.monotonic() + 60
    while not (found := re.search(r"Running on (http://\S+)", log.read_text())):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.02)
    return found[1]
