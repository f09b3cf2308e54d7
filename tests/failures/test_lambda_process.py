"""A LambdaProcess behaves like Lambda for the function and for its caller."""

import logging
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.template import Route, load, routes
from tests.lambda_process import FunctionError, LambdaProcess, TimedOut

FUNCTION = """
import logging, os, time

def handler(event, context):
    match event["do"]:
        case "look":
            return {"left": context.get_remaining_time_in_millis(), "process": os.getpid(), "level": logging.root.level,
                    "variables": dict(os.environ)}
        case "sleep":
            time.sleep(60)
        case "raise":
            raise LookupError("text")
        case "exit":
            os._exit(1)
        case "long":
            return {"text": "é" * 3_000_000}
        case "log":
            logging.getLogger().warning("said")
"""


@pytest.fixture
def process(tmp_path: Path) -> Iterator[LambdaProcess]:
    (tmp_path / "app.py").write_text(FUNCTION, encoding="utf-8")
    function = next(iter(routes(load()))).function
    route = Route("GET", "/", function, tmp_path, "app.handler", None, timeout=28)
    variables = {"AWS_LAMBDA_LOG_LEVEL": "DEBUG"}
    with LambdaProcess(route, table="table", variables=variables, log=tmp_path / "log") as process:
        yield process


def test_the_context_counts_down_from_the_time_that_the_invocation_has(process: LambdaProcess) -> None:
    assert 27_000 < process.invoke({"do": "look"})["left"] <= 28_000
    assert 4_000 < process.invoke({"do": "look"}, seconds=5)["left"] <= 5_000


def test_logging_and_environment_are_those_of_lambda(process: LambdaProcess, tmp_path: Path) -> None:
    seen = process.invoke({"do": "look"})
    assert seen["level"] == logging.DEBUG
    assert seen["variables"]["TABLE_NAME"] == "table"
    assert seen["variables"]["AWS_LAMBDA_FUNCTION_NAME"] == tmp_path.name
    assert not {"HOME", "VIRTUAL_ENV", "PYTEST_CURRENT_TEST", "AWS_PROFILE"} & seen["variables"].keys()
    process.invoke({"do": "log"})
    assert "[WARNING]" in (tmp_path / "log").read_text(encoding="utf-8")


def test_a_function_that_takes_too_long_is_killed_and_the_next_invocation_finds_a_new_one(
    process: LambdaProcess,
) -> None:
    before = process.invoke({"do": "look"})["process"]
    started = time.monotonic()
    with pytest.raises(TimedOut):
        process.invoke({"do": "sleep"}, seconds=0.3)
    assert time.monotonic() - started < 10
    assert process.invoke({"do": "look"})["process"] != before


@pytest.mark.parametrize("what", ["raise", "exit"])
def test_a_function_that_fails_raises_and_the_next_invocation_is_served(process: LambdaProcess, what: str) -> None:
    with pytest.raises(FunctionError) as raised:
        process.invoke({"do": what})
    assert not isinstance(raised.value, TimedOut)
    assert process.invoke({"do": "look"})["process"]


def test_a_response_of_megabytes_arrives_whole(process: LambdaProcess) -> None:
    assert process.invoke({"do": "long"}) == {"text": "é" * 3_000_000}
