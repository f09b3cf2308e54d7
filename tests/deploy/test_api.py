"""The API in template.yaml: its routes, who may call them, and what is logged."""

import json
import re
from collections.abc import Iterable

from local.gateway import cors
from local.template import routes
from tests.deploy.stack import FUNCTIONS, RESOURCES, ROOT, SETTINGS, TEMPLATE, resources

GROUPS = "/api/v1/dossier_groups"
IN_GROUP = f"{GROUPS}/{{dossier_group_id}}/dossiers"


def test_the_api_has_these_routes_and_no_other() -> None:
    assert {route.key: route.function for route in routes(TEMPLATE)} == {
        "GET /api/v1/dossiers": "IndexFunction",
        "POST /api/v1/dossiers/search": "SearchFunction",
        f"GET {GROUPS}": "GroupsFunction",
        f"GET {IN_GROUP}": "SearchFunction",
        f"POST {IN_GROUP}": "CreateFunction",
        f"POST {IN_GROUP}/search": "SearchFunction",
        f"GET {IN_GROUP}/{{dossier_id}}": "ShowFunction",
        f"PATCH {IN_GROUP}/{{dossier_id}}": "UpdateFunction",
        f"DELETE {IN_GROUP}/{{dossier_id}}": "DeleteFunction",
    }


def test_only_the_api_invokes_the_functions() -> None:
    for function in FUNCTIONS.values():
        assert "FunctionUrlConfig" not in function["Properties"]
        assert {event["Type"] for event in function["Properties"]["Events"].values()} == {"HttpApi"}
    assert not resources("AWS::Lambda::Url")
    assert not resources("AWS::Lambda::Permission")


def test_every_route_requires_a_token() -> None:
    assert {route.authorizer for route in routes(TEMPLATE)} == {"BearerToken"}
    auth = RESOURCES["Api"]["Properties"]["Auth"]
    assert auth["DefaultAuthorizer"] == "BearerToken"
    assert set(auth["Authorizers"]["BearerToken"]["JwtConfiguration"]) == {"issuer", "audience"}


def test_every_function_has_its_handler() -> None:
    for name, function in FUNCTIONS.items():
        module, handler = (SETTINGS | function["Properties"])["Handler"].split(".")
        code = ROOT / function["Properties"]["CodeUri"] / f"{module}.py"
        assert re.search(rf"^(def )?{handler}\b", code.read_text(), re.MULTILINE), f"{name} has no handler in {code}"


def test_a_function_times_out_after_dynamodb_and_before_api_gateway() -> None:
    # Two calls to DynamoDB time out after 13 seconds each. API Gateway times out after 30 seconds.
    assert 26 < SETTINGS["Timeout"] < 30
    assert not any("Timeout" in function["Properties"] for function in FUNCTIONS.values())


CORS = RESOURCES["Api"]["Properties"]["CorsConfiguration"]


def test_cors_is_configured_when_there_are_allowed_origins_and_not_otherwise() -> None:
    # SAM accepts a condition around the whole configuration. test_translation.py has what it makes of that.
    condition, configuration, otherwise = CORS["Fn::If"]
    assert condition == "HasAllowedOrigins"
    assert configuration["AllowOrigins"] == {"Ref": "AllowedOrigins"}
    assert otherwise == {"Ref": "AWS::NoValue"}


def test_cors_allows_the_methods_of_the_routes_and_the_headers_that_the_functions_read() -> None:
    configuration = CORS["Fn::If"][1]
    assert set(configuration["AllowMethods"]) == {route.method for route in routes(TEMPLATE)}
    assert set(configuration["AllowHeaders"]) == {"authorization", "content-type", "idempotency-key", "if-match"}
    assert set(configuration["ExposeHeaders"]) == {
        *("apigw-requestid", "etag", "idempotent-replayed", "link", "location", "retry-after"),
    }
    assert 0 < configuration["MaxAge"] <= 7200
    # A browser sends no cookies. The token is in a header that the page sets.
    assert "AllowCredentials" not in configuration


def test_the_local_gateway_has_the_cors_configuration_of_the_api() -> None:
    def sorted_without_case(names: Iterable[str]) -> list[str]:
        return sorted(name.lower() for name in names)

    configuration = CORS["Fn::If"][1]
    assert sorted_without_case(configuration["AllowMethods"]) == sorted_without_case(cors.METHODS)
    assert sorted_without_case(configuration["AllowHeaders"]) == sorted_without_case(cors.REQUEST_HEADERS)
    assert sorted_without_case(configuration["ExposeHeaders"]) == sorted_without_case(cors.EXPOSED_HEADERS)
    assert configuration["MaxAge"] == cors.MAX_AGE


def test_the_stage_is_throttled() -> None:
    settings = RESOURCES["Api"]["Properties"]["DefaultRouteSettings"]
    assert settings["ThrottlingRateLimit"] == {"Ref": "ThrottlingRateLimit"}
    assert settings["ThrottlingBurstLimit"] == {"Ref": "ThrottlingBurstLimit"}


def test_the_access_log_contains_nothing_that_identifies_a_patient() -> None:
    log_format = RESOURCES["Api"]["Properties"]["AccessLogSettings"]["Format"]
    assert json.loads(log_format).keys() >= {"requestId", "method", "routeKey", "status", "latency", "sub", "error"}
    # The complete list: the query string, the path, a path parameter and most claims can contain names.
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


def test_the_parameter_sets_the_retention_of_every_log_and_no_log_group_is_unused() -> None:
    groups = resources("AWS::Logs::LogGroup")
    assert {group["Properties"]["RetentionInDays"]["Ref"] for group in groups.values()} == {"LogRetentionDays"}
    written = {
        (SETTINGS | function["Properties"])["LoggingConfig"]["LogGroup"]["Ref"] for function in FUNCTIONS.values()
    }
    written.add(RESOURCES["Api"]["Properties"]["AccessLogSettings"]["DestinationArn"]["Fn::GetAtt"][0])
    assert written == set(groups)
