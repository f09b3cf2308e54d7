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
    if function == "Condition":
        return evaluate(TEMPLATE["Conditions"][argument], parameters)
    if function == "Fn::If":
        name, if_true, if_false = argument
        return evaluate(if_true if evaluate({"Condition": name}, parameters) else if_false, parameters)
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


PAGE = ["https://dossiers.example.org/"]
"""The URL of a web page, as a CommaDelimitedList."""


@pytest.mark.parametrize(
    ("issuer", "callbacks", "offered"),
    [
        ("", [], False),
        ("", [""], False),
        ("", PAGE, True),
        ("", [*PAGE, "http://localhost:5500/"], True),
        ("https://login.example.org/", PAGE, False),
    ],
)
def test_only_a_user_pool_with_callback_urls_has_a_sign_in_page(
    issuer: str, callbacks: list[str], offered: bool
) -> None:
    parameters = {"JwtIssuer": issuer, "CallbackUrls": callbacks}
    assert evaluate(TEMPLATE["Conditions"]["HasSignInPage"], parameters) is offered
    of_the_page = [RESOURCES["UserPoolDomain"], TEMPLATE["Outputs"]["SignInUrl"]]
    assert [each["Condition"] for each in of_the_page] == ["HasSignInPage"] * 2


OAUTH = {
    "AllowedOAuthFlowsUserPoolClient",
    "AllowedOAuthFlows",
    "AllowedOAuthScopes",
    "SupportedIdentityProviders",
    "CallbackURLs",
    "LogoutURLs",
}


def app_client(callbacks: list[str], logouts: list[str]) -> dict[str, Any]:
    """The properties of the app client that depend on a parameter, without those that the stack does not set."""
    nothing = "AWS::NoValue"
    parameters = {"JwtIssuer": "", "CallbackUrls": callbacks, "LogoutUrls": logouts, nothing: nothing}
    properties = RESOURCES["UserPoolClient"]["Properties"]
    evaluated = {name: evaluate(value, parameters) for name, value in properties.items() if "Fn::If" in str(value)}
    assert set(evaluated) == OAUTH
    return {name: value for name, value in evaluated.items() if value != nothing}


def test_the_sign_in_page_offers_the_code_flow_alone_to_a_client_without_a_secret() -> None:
    assert app_client(PAGE, [""]) == {
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "profile"],
        "SupportedIdentityProviders": ["COGNITO"],
        "CallbackURLs": PAGE,
    }
    assert RESOURCES["UserPoolClient"]["Properties"]["GenerateSecret"] is False


def test_logout_urls_count_only_with_callback_urls() -> None:
    assert app_client(PAGE, PAGE)["LogoutURLs"] == PAGE
    assert app_client([""], PAGE) == {}


def test_the_domain_of_the_sign_in_page_is_unique_to_the_stack_and_valid() -> None:
    (separator, (prefix, of_stack)) = RESOURCES["UserPoolDomain"]["Properties"]["Domain"]["Fn::Join"]
    assert of_stack == {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}
    # The id of a stack: arn:aws:cloudformation:eu-west-1:123456789012:stack/dossiers-dev/<UUID>
    uuid = "5a9f0b60-f1c3-11ee-8d3c-0a1b2c3d4e5f"
    # https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolDomain.html
    assert re.fullmatch(r"[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?", f"{prefix}{separator}{uuid}")


@pytest.mark.parametrize("parameter", ["CallbackUrls", "LogoutUrls"])
@pytest.mark.parametrize(
    ("url", "accepted"),
    [
        ("", True),
        ("https://dossiers.example.org", True),
        ("https://dossiers.example.org/signed-in?a=b", True),
        ("http://localhost:5500/", True),
        ("http://localhost", True),
        ("http://localhost.example.org/", False),
        ("http://dossiers.example.org/", False),
        ("https://dossiers.example.org/#top", False),
        ("dossiers.example.org", False),
    ],
)
def test_callback_urls_are_those_that_cognito_accepts(parameter: str, url: str, accepted: bool) -> None:
    assert (re.search(TEMPLATE["Parameters"][parameter]["AllowedPattern"], url) is not None) is accepted


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
