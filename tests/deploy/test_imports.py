"""The packages that each function imports from the source. check_functions.py checks the built functions."""

import json
import os
import subprocess
import sys

import pytest

from tests.deploy.stack import ROOT

# The event has no user, so the function responds without DynamoDB.
RESPOND = """
import json, os, sys
sys.path[:0] = sys.argv[1:]
import app
response = app.handler(json.loads(os.environ["EVENT"]), None)
print(json.dumps([response["statusCode"], sorted({name.partition(".")[0] for name in sys.modules})]))
"""

SLOW = {"pydantic", "pydantic_core", "email_validator", "dns", "aws_xray_sdk", "boto3"}
"""Packages that take longer to import than the rest of a function that reads."""


def imported_by(function: str, event: str) -> set[str]:
    """The packages that a function has imported after its response to an event without a user."""
    request = json.loads((ROOT / "events" / f"{event}.json").read_text(encoding="utf-8"))
    del request["requestContext"]["authorizer"]
    ran = subprocess.run(
        [sys.executable, "-c", RESPOND, ROOT / "functions" / function, ROOT / "layers/dossiers/python"],
        env=os.environ | {"EVENT": json.dumps(request)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    status, packages = json.loads(ran.stdout.splitlines()[-1])
    assert status == 401
    return set(packages)


@pytest.mark.parametrize(
    ("function", "event"),
    [("index", "index"), ("search", "group_index"), ("show", "show"), ("groups", "groups"), ("delete", "delete")],
)
def test_a_function_without_a_document_imports_no_slow_package(function: str, event: str) -> None:
    assert not imported_by(function, event) & SLOW


@pytest.mark.parametrize("function", ["create", "update"])
def test_a_function_with_a_document_imports_pydantic_and_neither_boto3_nor_the_x_ray_sdk(function: str) -> None:
    assert imported_by(function, function) & SLOW == {"pydantic", "pydantic_core", "email_validator"}
