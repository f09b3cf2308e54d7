"""What is compared: the built functions, and the baselines beside them, each as the folders of its code."""

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
baselines as `sam build` would leave them."""

EACH_TIME = "ffffffff-0000-4000-8000-000000000000"
"""Stands in an event for a text that a warm process replaces by another one at each call."""

# As Lambda starts it, nearly: nothing of the user's, and no bytecode is written, because /var/task is read-only.
PYTHON = [sys.executable, "-I", "-S", "-B"]

_LAMBDA = {
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
class Cost:
    """What one process took, in seconds: CPU of user and system together, and time on the clock."""

    cpu: float
    wall: float


@dataclass(frozen=True)
class Side:
    """A function: its folder and those of its layers, and the table it is to use."""

    name: str
    folders: tuple[Path, ...]
    table: str
    environment: dict[str, str] = field(default_factory=dict)

    def cold(self, engine: Engine, event: Mapping[str, Any], depth: int) -> tuple[dict[str, Any], Cost]:
        """What a new process answers to the event, and what it took from its start to its end.

        `depth`: calls on the stack below the handler and the loading of it.
        """
        command = [*PYTHON, str(HERE / "launch.py"), str(depth), *map(str, self.folders)]
        environment = self.variables(engine, event)
        started = perf_counter()
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, cwd="/") as process:
            assert process.stdout is not None
            said = process.stdout.read()
            _, status, used = os.wait4(process.pid, 0)
            wall = perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise RuntimeError(f"{self.name} ended with {process.returncode}")
        answer: dict[str, Any] = json.loads(said.splitlines()[-1])
        return answer, Cost(used.ru_utime + used.ru_stime, wall)

    def warm(self, engine: Engine, event: Mapping[str, Any], *, recorded: bool = False) -> Warm:
        """A process that answers the event again and again, each time with another text in the place of EACH_TIME."""
        return Warm(self, engine, event, "recorded" if recorded else "live")

    def variables(self, engine: Engine, event: Mapping[str, Any]) -> dict[str, str]:
        """The environment, as Lambda would make it."""
        return {
            **_LAMBDA,
            **engine.environment,
            "TABLE_NAME": self.table,
            "EVENT": json.dumps(event),
            "EACH_TIME": EACH_TIME,
            **self.environment,
        }


class Warm:
    """A process with a loaded handler; `answer` is what it said to the first event."""

    def __init__(self, side: Side, engine: Engine, event: Mapping[str, Any], network: str) -> None:
        self.side = side
        self._process = subprocess.Popen(
            [*PYTHON, str(HERE / "repeat.py"), network, *map(str, side.folders)],
            env=side.variables(engine, event),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd="/",
            text=True,
        )
        self.answer: dict[str, Any] = json.loads(self._line())

    def cpu(self, calls: int, depth: int) -> float:
        """The CPU seconds of one call, as the mean of so many. `depth`: calls on the stack below each."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{calls} {depth}\n")
        self._process.stdin.flush()
        return float(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.side.name} ended with {self._process.wait()}")
        return line

    def __enter__(self) -> Warm:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


# The tables that the sides use: the service's own design, and one with an item for each word.
PAIRS, WORDS = "pairs", "words"

OURS, USUAL, LIMIT = "ours", "usual", "limit"

_LAYERS = (BENCH / "build" / "DossiersLayer" / "python", BENCH / "build" / "DependenciesLayer" / "python")


def ours(function: str) -> Side:
    """One of the service's own functions, by its name in the template."""
    return Side(OURS, (BENCH / "build" / function, *_LAYERS), PAIRS)


# The baselines return the service's columns, and import none of its code.
_COLUMNS = {"COLUMNS": json.dumps(list(rows.COLUMNS), separators=(",", ":"))}


def baseline(name: str, *folders: str, table: str = WORDS, **environment: str) -> Side:
    """A baseline that `make bench` has put together in these folders."""
    return Side(name, tuple(BENCH / folder for folder in folders), table, {**_COLUMNS, **environment})


def by_hand(name: str, *folders: str, **environment: str) -> Side:
    """A baseline without packages, as it is in the source; it reads the service's own table."""
    return Side(name, tuple(BENCH / folder for folder in folders), PAIRS, {**_COLUMNS, **environment})
