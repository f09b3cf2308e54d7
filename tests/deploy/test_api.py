"""What template.yaml promises of the API: who reaches which function, and what is logged of it."""

import json
import re

from local.template import routes
from tests.deploy.stack import FUNCTIONS, RESOURCES, ROOT, SETTINGS, TEMPLATE, resources


def test_the_api_has_the_three_routes_and_no_other() -> None:
    assert {route.key: route.function for route in routes(TEMPLATE)} == {
        "GET /api/v1/dossiers": "IndexFunction",
        "GET /api/v1/dossier_groups/{dossier_group_id}/dossiers": "SearchFunction",
        "POST /api/v1/dossier_groups/{dossier_group_id}/dossiers": "CreateFunction",
    }


def test_nothing_reaches_a_function_but_the_api() -> None:
    for function in FUNCTIONS.values():
        assert "FunctionUrlConfig" not in function["Properties"]
        assert {event["Type"] for event in function["Properties"]["Events"].values()} == {"HttpApi"}
    assert not resources("AWS::Lambda::Url")
    assert not resources("AWS::Lambda::Permission")


def test_every_route_wants_a_token() -> None:
    assert {route.authorizer for route in routes(TEMPLATE)} == {"BearerToken"}
    auth = RESOURCES["Api"]["Properties"]["Auth"]
    assert auth["DefaultAuthorizer"] == "BearerToken"
    assert set(auth["Authorizers"]["BearerToken"]["JwtConfiguration"]) == {"issuer", "audience"}


def test_every_function_has_its_handler() -> None:
    for name, function in FUNCTIONS.items():
        module, handler = (SETTINGS | function["Properties"])["Handler"].split(".")
        code = ROOT / function["Properties"]["CodeUri"] / f"{module}.py"
        assert re.search(rf"^(def )?{handler}\b", code.read_text(), re.MULTILINE), f"{name} has no handler in {code}"


def test_a_function_outlasts_dynamodb_but_not_api_gateway() -> None:
    # Two calls that are given up after 13 seconds each, and API Gateway's own limit.
    assert 26 < SETTINGS["Timeout"] < 30
    assert not any("Timeout" in function["Properties"] for function in FUNCTIONS.values())


def test_the_stage_is_throttled() -> None:
    settings = RESOURCES["Api"]["Properties"]["DefaultRouteSettings"]
    assert settings["ThrottlingRateLimit"] == {"Ref": "ThrottlingRateLimit"}
    assert settings["ThrottlingBurstLimit"] == {"Ref": "ThrottlingBurstLimit"}


def test_the_access_log_says_nothing_of_what_was_asked() -> None:
    log_format = RESOURCES["Api"]["Properties"]["AccessLogSettings"]["Format"]
    assert json.loads(log_format).keys() >= {"requestId", "method", "routeKey", "status", "latency", "sub", "error"}
    # A list of what is allowed: the query string, the path, a path parameter or a claim with a name would be one more.
    assert set(re.findall(r"\$context\.([\w.]+)", log_format)) == {
        "requestTime",
        "requestId",
        "httpMethod",
        "routeKey",
        "status",
        "responseLatency",
        "authorizer.claims.sub",
        "error.message",
        "authorizer.error",
    }


def test_every_log_is_kept_for_as_long_as_was_asked() -> None:
    groups = resources("AWS::Logs::LogGroup")
    assert {group["Properties"]["RetentionInDays"]["Ref"] for group in groups.values()} == {"LogRetentionDays"}
    written = {
        (SETTINGS | function["Properties"])["LoggingConfig"]["LogGroup"]["Ref"] for function in FUNCTIONS.values()
    }
    written.add(RESOURCES["Api"]["Properties"]["AccessLogSettings"]["DestinationArn"]["Fn::GetAtt"][0])
    assert written == set(groups)
