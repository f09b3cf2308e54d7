"""What each function loads, in the source; check_functions.py has it of what was built."""

import json
import os
import subprocess
import sys

import pytest

from tests.deploy.stack import ROOT

# A request of nobody: an answer without DynamoDB.
ANSWER = """
import json, os, sys
sys.path[:0] = sys.argv[1:]
import app
answer = app.handler(json.loads(os.environ["EVENT"]), None)
print(json.dumps([answer["statusCode"], sorted({name.partition(".")[0] for name in sys.modules})]))
"""

SLOW = {"pydantic", "pydantic_core", "email_validator", "dns", "aws_xray_sdk", "boto3"}
"""Packages that take longer to load than the rest of a function that lists."""


def loaded_by(function: str, event: str) -> set[str]:
    """The packages that are loaded once the function has answered an event of nobody."""
    request = json.loads((ROOT / "events" / f"{event}.json").read_text(encoding="utf-8"))
    del request["requestContext"]["authorizer"]
    ran = subprocess.run(
        [sys.executable, "-c", ANSWER, ROOT / "functions" / function, ROOT / "layers/dossiers/python"],
        env=os.environ | {"EVENT": json.dumps(request)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    status, packages = json.loads(ran.stdout.splitlines()[-1])
    assert status == 401
    return set(packages)


@pytest.mark.parametrize(("function", "event"), [("index", "index"), ("search", "group_index")])
def test_a_function_that_lists_loads_no_package_that_is_slow_to_load(function: str, event: str) -> None:
    assert not loaded_by(function, event) & SLOW


def test_create_loads_pydantic_and_neither_boto3_nor_the_x_ray_sdk() -> None:
    assert loaded_by("create", "create") & SLOW == {"pydantic", "pydantic_core", "email_validator"}
