"""The implementations that are compared: the built functions of the service, and the baselines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from dossiers.domain import rows
from local.engine.engine import Engine

HERE = Path(__file__).resolve().parent
BENCH = HERE.parent / ".aws-sam" / "bench"
"""Where `make bench` builds: the functions and layers as they are deployed, for this machine's processor, and the
baselines as `sam build` would build them."""

UUID_PLACEHOLDER = "ffffffff-0000-4000-8000-000000000000"
"""A text in an event that a warm process replaces with a new UUID at each call."""

# Nearly as on Lambda: without the settings of this machine's user, and without writing bytecode, because Lambda's
# folder /var/task is read-only.
PYTHON = [sys.executable, "-I", "-S", "-B"]

_LAMBDA_VARIABLES = {
    "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info.major}.{sys.version_info.minor}",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
    "AWS_LAMBDA_FUNCTION_NAME": "function",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
    "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
    "LAMBDA_TASK_ROOT": "/var/task",
    "LANG": "en_US.UTF-8",
    "PATH": os.defpath,
    "POWERTOOLS_LOG_LEVEL": "INFO",
    "POWERTOOLS_METRICS_NAMESPACE": "Benchmark",
    "POWERTOOLS_SERVICE_NAME": "benchmark",
    "TZ": ":UTC",
    "_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
}


@dataclass(frozen=True)
class ProcessTime:
    """What one process took, in seconds. `cpu`: user and system together; `wall`: wall-clock time."""

    cpu: float
    wall: float


@dataclass(frozen=True)
class Implementation:
    """One function to measure: the folders of its code and layers, and the table that it uses."""

    name: str
    folders: tuple[Path, ...]
    table: str
    environment: dict[str, str] = field(default_factory=dict)

    def run_cold(self, engine: Engine, event: Mapping[str, Any], depth: int) -> tuple[dict[str, Any], ProcessTime]:
        """Invoke the handler once in a new process. Returns the response, and the time from process start to its end.

        `depth`: the number of calls on the stack below the loading of the handler and its invocation. Raises
        RuntimeError if the process fails.
        """
        command = [*PYTHON, str(HERE / "launch.py"), str(depth), *map(str, self.folders)]
        environment = self.variables(engine, event)
        started = perf_counter()
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, cwd="/") as process:
            assert process.stdout is not None
            printed = process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            wall = perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise RuntimeError(f"{self.name} ended with {process.returncode}")
        response: dict[str, Any] = json.loads(printed.splitlines()[-1])
        return response, ProcessTime(usage.ru_utime + usage.ru_stime, wall)

    def start_warm(self, engine: Engine, event: Mapping[str, Any], *, recorded: bool = False) -> WarmProcess:
        """Start a process that invokes the handler again and again, with a new UUID for each UUID_PLACEHOLDER.

        `recorded`: DynamoDB's responses are recorded at the first invocation and replayed at the others.
        """
        return WarmProcess(self, engine, event, "recorded" if recorded else "live")

    def variables(self, engine: Engine, event: Mapping[str, Any]) -> dict[str, str]:
        """The environment variables, as Lambda would set them."""
        return {
            **_LAMBDA_VARIABLES,
            **engine.environment,
            "TABLE_NAME": self.table,
            "EVENT": json.dumps(event),
            "UUID_PLACEHOLDER": UUID_PLACEHOLDER,
            **self.environment,
        }


class WarmProcess:
    """A process with a loaded handler. `first_response` is the response to its first invocation."""

    def __init__(self, implementation: Implementation, engine: Engine, event: Mapping[str, Any], network: str) -> None:
        self.implementation = implementation
        self._process = subprocess.Popen(
            [*PYTHON, str(HERE / "repeat.py"), network, *map(str, implementation.folders)],
            env=implementation.variables(engine, event),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd="/",
            text=True,
        )
        self.first_response: dict[str, Any] = json.loads(self._read_line())

    def measure_cpu(self, calls: int, depth: int) -> float:
        """The CPU seconds of one invocation: the mean of `calls`. `depth`: calls on the stack below each."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{calls} {depth}\n")
        self._process.stdin.flush()
        return float(self._read_line())

    def _read_line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.implementation.name} ended with {self._process.wait()}")
        return line

    def __enter__(self) -> WarmProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


# The tables: the service's own design, with an item for each pair of words, and one with an item for each word.
PAIRS, WORDS = "pairs", "words"

OURS, USUAL, LIMIT = "ours", "usual", "limit"

_LAYERS = (BENCH / "build" / "DossiersLayer" / "python", BENCH / "build" / "DependenciesLayer" / "python")


def ours(function: str) -> Implementation:
    """A function of the service, by its logical id in the template."""
    return Implementation(OURS, (BENCH / "build" / function, *_LAYERS), PAIRS)


# The baselines return the same columns as the service, and import none of its code.
_COLUMNS = {"COLUMNS": json.dumps(list(rows.COLUMNS), separators=(",", ":"))}


def usual(name: str, folder: str) -> Implementation:
    """A baseline that uses packages, on the table WORDS, by the name of its folder."""
    return Implementation(name, (BENCH / folder,), WORDS, _COLUMNS)


def hand_written(name: str, *folders: str, **environment: str) -> Implementation:
    """A baseline without any package, on the service's own table, by the names of its folders."""
    return Implementation(name, tuple(BENCH / folder for folder in folders), PAIRS, {**_COLUMNS, **environment})
