"""The process that stands in for Lambda's cold start."""

from pathlib import Path

from benchmarks.sides import Side
from local.engine.credentials import Credentials
from local.engine.engine import Engine

HOW_DEEP = """
import inspect

def handler(event, context):
    return {"statusCode": 200, "body": len(inspect.stack())}
"""


def test_the_handler_is_loaded_and_called_as_deep_on_the_stack_as_was_told(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(HOW_DEEP)
    side, engine = Side("side", (tmp_path,), "table"), Engine("http://127.0.0.1:9", Credentials("key", "secret"))
    (shallow, cost), (deep, _) = (side.cold(engine, {}, depth) for depth in (0, 40))
    assert deep["body"] - shallow["body"] == 40
    assert cost.cpu > 0
