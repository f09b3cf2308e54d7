"""The examples of the document are valid, and the functions accept those of requests."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

import pytest

from openapi.operations import Operation
from tests.document.requests import a_body_of, call
from tests.openapi import DOCUMENT, OPERATIONS, resolve, responses, validator

BODIES = [
    pytest.param(operation.id, json.dumps(example["value"]), id=f"{operation.id} {name}")
    for operation in OPERATIONS.values()
    if operation.body is not None
    for name, example in operation.body.examples.items()
]

PARAMETERS = [
    pytest.param(operation.id, parameter, id=f"{operation.id} {parameter['name']}")
    for operation in OPERATIONS.values()
    for parameter in map(resolve, operation.object["parameters"])
    if parameter["in"] != "path"
]


def examples_in(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Each example in a part of the document: where it is, its schema and its value."""
    if isinstance(value, list):
        for number, nested in enumerate(value):
            yield from examples_in(nested, f"{path}/{number}")
    if not isinstance(value, dict):
        return
    schema = value.get("schema", value)
    if "example" in value:
        yield path, schema, value["example"]
    match value.get("examples"):
        case list() as examples:
            for example in examples:
                yield path, schema, example
        case dict() as examples:
            for name, example in examples.items():
                yield f"{path}/{name}", schema, example["value"]
    for name, nested in value.items():
        if name not in ("example", "examples"):
            yield from examples_in(nested, f"{path}/{name}")


def test_every_example_is_valid() -> None:
    found = list(examples_in(DOCUMENT))
    assert len(found) > 100
    for path, schema, value in found:
        assert validator(schema).is_valid(value), (path, value)


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_every_body_has_an_example(operation: Operation) -> None:
    described = [operation.object[name] for name in ("requestBody",) if name in operation.object]
    described += [response for status, response in responses(operation).items() if status != "204"]
    assert all(body["content"]["application/json"]["examples"] for body in described)


@pytest.mark.parametrize("section", ["headers", "parameters"])
def test_every_header_and_parameter_has_an_example(section: str) -> None:
    assert all("example" in described for described in DOCUMENT["components"][section].values())


@pytest.mark.parametrize(("operation", "body"), BODIES)
def test_the_example_of_a_body_is_accepted(operation: str, body: str, dossier_id: str) -> None:
    assert call(operation, dossier_id, body=body).status == 200


@pytest.mark.parametrize(("operation", "parameter"), PARAMETERS)
def test_the_example_of_a_parameter_is_accepted(operation: str, parameter: dict[str, Any], dossier_id: str) -> None:
    name, example = parameter["name"], str(parameter["example"])
    query, headers = "", {}
    if parameter["in"] == "header":
        headers = {name: example}
    else:
        query = f"{name}={quote_plus(example)}" + ("&name=doe" if name == "birthdate" else "")
    response = call(operation, dossier_id, query=query, headers=headers, body=a_body_of(operation))
    assert str(response.status) in OPERATIONS[operation].success, response.body
