"""The program of a function's process: Lambda's own runtime loop, with pipes instead of Lambda's Runtime API.

    python -P lambda_runtime.py HANDLER RESPONSES

Standard input holds one invocation a line. The file descriptor RESPONSES gets one line when the handler is loaded, and
one for each invocation. tests/lambda_process.py is the other end.
"""

import json
import os
import sys
from typing import Any, NoReturn

from awslambdaric import bootstrap
from awslambdaric.lambda_runtime_client import InvocationRequest
from awslambdaric.lambda_runtime_marshaller import LambdaMarshaller


class Pipes:
    """What `bootstrap.run` needs of a LambdaRuntimeClient."""

    marshaller = LambdaMarshaller()

    def __init__(self, responses: int) -> None:
        self._responses = os.fdopen(responses, "w", encoding="utf-8")
        self._is_loaded = False

    def wait_next_invocation(self) -> InvocationRequest:
        if not self._is_loaded:
            self._is_loaded = True
            self._send("loaded", None)
        line = sys.stdin.readline()
        if not line:
            sys.exit()
        invocation = json.loads(line)
        return InvocationRequest(
            invoke_id=invocation["id"],
            x_amzn_trace_id=None,
            invoked_function_arn="arn:aws:lambda:eu-west-1:000000000000:function:function",
            deadline_time_in_ms=invocation["deadline_ms"],
            client_context=None,
            cognito_identity=None,
            tenant_id=None,
            content_type="application/json",
            event_body=json.dumps(invocation["event"]),
            invocation_id=None,
        )

    def post_invocation_result(self, _invoke_id: str, result: str, *_: object) -> None:
        self._send("response", json.loads(result))

    def post_invocation_error(self, _invoke_id: str, error: str, *_: object) -> None:
        self._send("error", json.loads(error))

    def post_init_error(self, error: dict[str, Any]) -> None:
        self._send("error", error)

    def _send(self, kind: str, value: object) -> None:
        self._responses.write(json.dumps({kind: value}) + "\n")
        self._responses.flush()


def main() -> NoReturn:
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    bootstrap.run(sys.argv[1], Pipes(int(sys.argv[2])))
    raise AssertionError("the loop ends with its input")


if __name__ == "__main__":
    main()
