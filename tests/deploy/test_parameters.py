"""What template.yaml and samconfig.toml promise of the choices that whoever deploys has."""

import re
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from tests.deploy.stack import FUNCTIONS, RESOURCES, ROOT, SETTINGS, TEMPLATE, resources


def test_there_is_a_build_for_every_architecture() -> None:
    parameter = TEMPLATE["Parameters"]["Architecture"]
    assert parameter["Default"] == "arm64"
    assert parameter["AllowedValues"] == ["arm64", "x86_64"]
    layer = RESOURCES["DependenciesLayer"]
    assert SETTINGS["Architectures"] == [{"Ref": "Architecture"}]
    assert layer["Properties"]["CompatibleArchitectures"] == [{"Ref": "Architecture"}]
    for built in (*FUNCTIONS.values(), *resources("AWS::Serverless::LayerVersion").values()):
        makefiles = ROOT / built["Metadata"]["ContextPath"]["Fn::Sub"].removesuffix("/${Architecture}")
        assert {makefile.parent.name for makefile in makefiles.glob("*/Makefile")} == set(parameter["AllowedValues"])


OPERATORS: dict[str, Callable[[list[Any]], bool]] = {
    "Fn::And": all,
    "Fn::Or": any,
    "Fn::Not": lambda values: not values[0],
    "Fn::Equals": lambda values: values[0] == values[1],
}


def evaluated(condition: Any, parameters: dict[str, str]) -> Any:
    """The value of a CloudFormation condition under these parameters."""
    if not isinstance(condition, dict):
        return condition
    ((function, argument),) = condition.items()
    if function == "Ref":
        return parameters[argument]
    return OPERATORS[function]([evaluated(each, parameters) for each in argument])


@pytest.mark.parametrize(
    ("issuer", "audience", "accepted"),
    [
        ("", "", True),
        ("https://login.example.org/", "dossiers", True),
        ("https://login.example.org/", "", False),
        ("", "dossiers", False),
    ],
)
def test_issuer_and_audience_come_together(issuer: str, audience: str, accepted: bool) -> None:
    (rule,) = TEMPLATE["Rules"].values()
    (assertion,) = rule["Assertions"]
    assert evaluated(assertion["Assert"], {"JwtIssuer": issuer, "JwtAudience": audience}) is accepted


def test_without_an_issuer_the_stack_signs_users_in_itself() -> None:
    assert TEMPLATE["Conditions"]["CreateUserPool"] == {"Fn::Equals": [{"Ref": "JwtIssuer"}, ""]}
    jwt = RESOURCES["Api"]["Properties"]["Auth"]["Authorizers"]["BearerToken"]["JwtConfiguration"]
    own_issuer = {"Fn::GetAtt": ["UserPool", "ProviderURL"]}
    assert jwt["issuer"] == {"Fn::If": ["CreateUserPool", own_issuer, {"Ref": "JwtIssuer"}]}
    assert jwt["audience"] == [{"Fn::If": ["CreateUserPool", {"Ref": "UserPoolClient"}, {"Ref": "JwtAudience"}]}]


def test_nobody_signs_up_by_themselves() -> None:
    pool = RESOURCES["UserPool"]["Properties"]
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool["DeletionProtection"] == "ACTIVE"
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] >= 12


ENVIRONMENTS = tomllib.loads((ROOT / "samconfig.toml").read_text())
del ENVIRONMENTS["version"]


def overrides(environment: str, command: str) -> dict[str, str]:
    """The template's parameters that a SAM command is given: its own setting, else that of all commands."""
    commands = ENVIRONMENTS[environment]
    written = commands.get(command, {}).get("parameters", {}).get("parameter_overrides")
    if written is None:
        written = commands["global"]["parameters"]["parameter_overrides"]
    # `sam deploy --guided` writes one string, with quotes.
    return dict(re.findall(r'(\w+)="?([^"\s]*)', written if isinstance(written, str) else "\n".join(written)))


def test_there_is_an_environment_to_try_things_in_and_one_for_patients() -> None:
    assert set(ENVIRONMENTS) == {"default", "production"}
    stacks = {commands["global"]["parameters"]["stack_name"] for commands in ENVIRONMENTS.values()}
    assert len(stacks) == 2


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_build_and_deploy_are_for_the_same_architecture(environment: str) -> None:
    assert overrides(environment, "build")["Architecture"] == overrides(environment, "deploy")["Architecture"]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_what_is_deployed_is_what_the_template_takes(environment: str) -> None:
    for name, value in overrides(environment, "deploy").items():
        allowed = TEMPLATE["Parameters"][name].get("AllowedValues")
        assert allowed is None or value in map(str, allowed)
