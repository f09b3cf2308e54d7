"""The parameters of template.yaml, and the values that samconfig.toml gives them."""

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
    for resource in (*FUNCTIONS.values(), *resources("AWS::Serverless::LayerVersion").values()):
        makefiles = ROOT / resource["Metadata"]["ContextPath"]["Fn::Sub"].removesuffix("/${Architecture}")
        assert {makefile.parent.name for makefile in makefiles.glob("*/Makefile")} == set(parameter["AllowedValues"])


OPERATORS: dict[str, Callable[[list[Any]], Any]] = {
    "Fn::And": all,
    "Fn::Or": any,
    "Fn::Not": lambda values: not values[0],
    "Fn::Equals": lambda values: values[0] == values[1],
    "Fn::Join": lambda values: values[0].join(values[1]),
}


def evaluate(condition: Any, parameters: dict[str, Any]) -> Any:
    """The value of a CloudFormation condition under these parameters."""
    if not isinstance(condition, dict):
        return condition
    ((function, argument),) = condition.items()
    if function == "Ref":
        return parameters[argument]
    return OPERATORS[function]([evaluate(each, parameters) for each in argument])


@pytest.mark.parametrize(
    ("issuer", "audience", "accepted"),
    [
        ("", "", True),
        ("https://login.example.org/", "dossiers", True),
        ("https://login.example.org/", "", False),
        ("", "dossiers", False),
    ],
)
def test_issuer_and_audience_must_be_set_together(issuer: str, audience: str, accepted: bool) -> None:
    (rule,) = TEMPLATE["Rules"].values()
    (assertion,) = rule["Assertions"]
    assert evaluate(assertion["Assert"], {"JwtIssuer": issuer, "JwtAudience": audience}) is accepted


def test_without_an_issuer_the_stack_creates_a_user_pool() -> None:
    assert TEMPLATE["Conditions"]["CreateUserPool"] == {"Fn::Equals": [{"Ref": "JwtIssuer"}, ""]}
    jwt = RESOURCES["Api"]["Properties"]["Auth"]["Authorizers"]["BearerToken"]["JwtConfiguration"]
    own_issuer = {"Fn::GetAtt": ["UserPool", "ProviderURL"]}
    assert jwt["issuer"] == {"Fn::If": ["CreateUserPool", own_issuer, {"Ref": "JwtIssuer"}]}
    assert jwt["audience"] == [{"Fn::If": ["CreateUserPool", {"Ref": "UserPoolClient"}, {"Ref": "JwtAudience"}]}]


@pytest.mark.parametrize(
    # CloudFormation splits a CommaDelimitedList at its commas and trims the parts.
    ("origins", "has_origins"),
    [([], False), ([""], False), (["https://a.example.org"], True), (["https://a.example.org", "http://b"], True)],
)
def test_without_allowed_origins_cors_is_off(origins: list[str], has_origins: bool) -> None:
    assert TEMPLATE["Parameters"]["AllowedOrigins"]["Type"] == "CommaDelimitedList"
    assert TEMPLATE["Parameters"]["AllowedOrigins"]["Default"] == ""
    assert evaluate(TEMPLATE["Conditions"]["HasAllowedOrigins"], {"AllowedOrigins": origins}) is has_origins


@pytest.mark.parametrize(
    ("origin", "accepted"),
    [
        ("", True),
        ("https://dossiers.example.org", True),
        ("https://dossiers.example.org:8443", True),
        ("http://localhost:3000", True),
        ("http://[::1]:3000", True),
        ("*", True),
        ("https://*", True),
        ("https://*.example.org", False),
        ("dossiers.example.org", False),
        ("https://dossiers.example.org/", False),
        ("https://Dossiers.example.org", False),
        ("null", False),
    ],
)
def test_an_allowed_origin_is_one_as_a_browser_sends_it_or_a_wildcard(origin: str, accepted: bool) -> None:
    pattern = TEMPLATE["Parameters"]["AllowedOrigins"]["AllowedPattern"]
    assert bool(re.search(pattern, origin)) is accepted


def test_users_cannot_sign_up() -> None:
    pool = RESOURCES["UserPool"]["Properties"]
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool["DeletionProtection"] == "ACTIVE"
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] >= 12


ENVIRONMENTS = tomllib.loads((ROOT / "samconfig.toml").read_text())
del ENVIRONMENTS["version"]


def overrides(environment: str, command: str) -> dict[str, str]:
    """The parameters of the template that a SAM command sets: its own setting, or that of "global" without one."""
    commands = ENVIRONMENTS[environment]
    written = commands.get(command, {}).get("parameters", {}).get("parameter_overrides")
    if written is None:
        written = commands["global"]["parameters"]["parameter_overrides"]
    # `sam deploy --guided` writes one string, with quotes.
    return dict(re.findall(r'(\w+)="?([^"\s]*)', written if isinstance(written, str) else "\n".join(written)))


def test_development_and_production_have_different_stacks() -> None:
    assert set(ENVIRONMENTS) == {"default", "production"}
    stacks = {commands["global"]["parameters"]["stack_name"] for commands in ENVIRONMENTS.values()}
    assert len(stacks) == 2


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_build_and_deploy_are_for_the_same_architecture(environment: str) -> None:
    assert overrides(environment, "build")["Architecture"] == overrides(environment, "deploy")["Architecture"]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_template_accepts_the_values_that_are_deployed(environment: str) -> None:
    for name, value in overrides(environment, "deploy").items():
        allowed = TEMPLATE["Parameters"][name].get("AllowedValues")
        assert allowed is None or value in map(str, allowed)
