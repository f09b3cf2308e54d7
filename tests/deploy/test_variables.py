"""The functions' environment variables in template.yaml."""

from typing import Any

import pytest

from dossiers.storage.client import plain_client
from tests.deploy.stack import FUNCTIONS, SETTINGS, TEMPLATE

DECLARED: dict[str, dict[str, Any]] = {
    "Globals": SETTINGS["Environment"]["Variables"],
    **{
        name: function["Properties"].get("Environment", {}).get("Variables", {}) for name, function in FUNCTIONS.items()
    },
}
VARIABLES = [(place, name, value) for place, variables in DECLARED.items() for name, value in variables.items()]


@pytest.mark.parametrize(("place", "name", "value"), VARIABLES)
def test_a_variable_is_a_literal_or_a_ref(place: str, name: str, value: object) -> None:
    # SAM CLI replaces every other intrinsic function with an empty string.
    assert isinstance(value, str | int) or (isinstance(value, dict) and value.keys() == {"Ref"})


@pytest.mark.parametrize(("place", "name", "value"), VARIABLES)
def test_a_ref_is_to_a_parameter_or_a_resource(place: str, name: str, value: object) -> None:
    # SAM CLI has no value for AWS::NoValue, and invents one for the other pseudo parameters.
    if isinstance(value, dict):
        assert value["Ref"] in TEMPLATE["Parameters"] | TEMPLATE["Resources"]


def test_the_endpoint_is_empty_so_that_botocore_uses_that_of_the_region(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    endpoint = DECLARED["Globals"]["AWS_ENDPOINT_URL_DYNAMODB"]
    assert endpoint == ""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", endpoint)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    client = plain_client()
    assert client.meta.endpoint_url == "https://dynamodb.eu-central-1.amazonaws.com"


def test_a_function_on_aws_does_not_run_as_under_sam_cli() -> None:
    # Under SAM CLI a function reads the user from a token without verifying it.
    assert all("AWS_SAM_LOCAL" not in variables for variables in DECLARED.values())
