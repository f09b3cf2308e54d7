"""launch.py, the process of a cold start."""

from pathlib import Path

from benchmarks.implementations import Implementation
from local.engine.credentials import Credentials
from local.engine.engine import Engine

RETURNS_STACK_DEPTH = """
import inspect

def handler(event, context):
    return {"statusCode": 200, "body": len(inspect.stack())}
"""


def test_the_handler_runs_at_the_given_depth_of_the_call_stack(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(RETURNS_STACK_DEPTH)
    implementation = Implementation("name", (tmp_path,), "table")
    engine = Engine("http://127.0.0.1:9", Credentials("key", "secret"))
    (shallow, time), (deep, _) = (implementation.run_cold(engine, {}, depth) for depth in (0, 40))
    assert deep["body"] - shallow["body"] == 40
    assert time.cpu > 0
