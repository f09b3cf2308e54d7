"""The files of the document are what the code generates."""

import json
from pathlib import Path

import pytest
import yaml

from local import template
from openapi import document
from tests.openapi import DOCUMENT, OPERATIONS


@pytest.mark.parametrize("file", list(document.files()), ids=lambda file: file.name)
def test_a_file_is_what_make_openapi_writes(file: Path) -> None:
    assert file.read_text(encoding="utf-8") == document.files()[file], "run `make openapi`"


def test_both_files_hold_the_same_document() -> None:
    assert yaml.safe_load(document.YAML.read_text(encoding="utf-8")) == json.loads(document.JSON.read_bytes())


def test_every_route_with_a_token_is_an_operation_and_no_other() -> None:
    """A route without an authorizer is not of the API: it serves a page or this document."""
    routes = [route.key for route in template.routes(template.load()) if route.authorizer is not None]
    assert sorted(routes) == sorted(operation.key for operation in OPERATIONS.values())


def test_every_component_is_used() -> None:
    text = json.dumps(DOCUMENT)
    unused = [
        f"{section}/{component}"
        for section, components in DOCUMENT["components"].items()
        if section != "securitySchemes"
        for component in components
        if f'"#/components/{section}/{component}"' not in text
    ]
    assert unused == []


def test_every_operation_requires_the_token() -> None:
    assert DOCUMENT["security"] == [{scheme: []} for scheme in DOCUMENT["components"]["securitySchemes"]]
    assert not any("security" in operation for path in DOCUMENT["paths"].values() for operation in path.values())
