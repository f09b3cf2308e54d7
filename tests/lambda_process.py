"""A function in a process of its own, with the environment, the logging and the context that it has on Lambda."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from local import template
from local.template import Route

_RUNTIME = Path(__file__).with_name("lambda_runtime.py")
_TEMPLATE = template.load()
_SECONDS_TO_LOAD = 30

TIMEOUT = float(_TEMPLATE["Globals"]["Function"]["Timeout"])
"""Seconds after which Lambda stops an invocation."""


class FunctionError(Exception):
    """The function raised an exception, or its process ended. API Gateway responds with 500."""


class TimedOut(FunctionError):
    """The function did not return in time, and its process was killed. API Gateway responds with 503."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds} seconds")
        self.seconds = seconds


class _Ended(Exception):
    pass


class LambdaProcess:
    """A running function. Use it as a context manager; `invoke` it from one thread at a time."""

    def __init__(self, route: Route, *, table: str, variables: Mapping[str, str], log: Path) -> None:
        """Start the function behind `route`.

        `variables` override those that Lambda and the template set, for example the endpoint of DynamoDB. `log`
        receives what the function prints, as CloudWatch would.
        """
        self._command_line = [sys.executable, "-P", str(_RUNTIME), route.handler]
        self._environment = _lambda_variables(route) | _template_variables(route, table) | dict(variables)
        self._log = log
        self._start()

    def __enter__(self) -> "LambdaProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self._kill()

    def invoke(self, event: Mapping[str, Any], *, seconds: float = TIMEOUT) -> dict[str, Any]:
        """The function's response to an event.

        Raises FunctionError. When the process ended, or was killed after that many seconds, a new one is started.
        """
        deadline_ms = int((time.time() + seconds) * 1000)
        invocation = {"id": str(uuid4()), "deadline_ms": deadline_ms, "event": event}
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(invocation).encode() + b"\n")
            self._process.stdin.flush()
            outcome = self._receive(seconds)
        except (TimedOut, _Ended, BrokenPipeError) as exc:
            self._kill()
            self._start()
            raise exc if isinstance(exc, TimedOut) else FunctionError(f"the process ended: see {self._log}") from exc
        if "error" in outcome:
            raise FunctionError(outcome["error"])
        response: dict[str, Any] = outcome["response"]
        return response

    def _start(self) -> None:
        self._responses, sending = os.pipe()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._command_line, str(sending)],
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=[sending],
                cwd=self._environment["LAMBDA_TASK_ROOT"],
            )
        os.close(sending)
        outcome = self._receive(_SECONDS_TO_LOAD)
        assert "loaded" in outcome, outcome

    def _kill(self) -> None:
        assert self._process.stdin is not None
        self._process.kill()
        self._process.communicate()
        os.close(self._responses)

    def _receive(self, seconds: float) -> dict[str, Any]:
        """The next line from the process."""
        deadline = time.monotonic() + seconds
        received = bytearray()
        while not received.endswith(b"\n"):
            if not select.select([self._responses], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise TimedOut(seconds)
            part = os.read(self._responses, 1 << 20)
            if not part:
                raise _Ended
            received += part
        outcome: dict[str, Any] = json.loads(received)
        return outcome


def _lambda_variables(route: Route) -> dict[str, str]:
    """The variables that Lambda sets, and two that keep botocore away from the files of this machine's user."""
    return {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
        "AWS_LAMBDA_FUNCTION_NAME": route.code.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{route.code.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "stream",
        "AWS_REGION": "eu-west-1",
        "LAMBDA_TASK_ROOT": str(route.code),
        "LANG": "en_US.UTF-8",
        "PATH": os.defpath,
        "TZ": ":UTC",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def _template_variables(route: Route, table: str) -> dict[str, str]:
    return template.environment(_TEMPLATE, route.function, {template.table_id(_TEMPLATE): table})
