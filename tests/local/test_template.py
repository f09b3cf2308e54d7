"""What is read from template.yaml."""

from pathlib import Path
from typing import Any

import pytest

from local import template
from local.template import TemplateError

OF_THE_DOCUMENTATION = {"GET /docs", "GET /docs/{file}", "GET /api/v1/openapi.json"}


def test_every_route_has_a_function_with_code_and_an_authorizer() -> None:
    routes = template.routes(template.load())
    group = "/api/v1/dossier_groups/{dossier_group_id}/dossiers"
    assert {route.key for route in routes} == {
        "GET /api/v1/dossiers",
        "POST /api/v1/dossiers/search",
        "GET /api/v1/dossier_groups",
        f"GET {group}",
        f"POST {group}",
        f"POST {group}/search",
        f"GET {group}/{{dossier_id}}",
        f"PATCH {group}/{{dossier_id}}",
        f"DELETE {group}/{{dossier_id}}",
        *OF_THE_DOCUMENTATION,
    }
    for route in routes:
        assert (route.code / f"{route.handler.split('.')[0]}.py").is_file()
        assert route.authorizer == (None if route.key in OF_THE_DOCUMENTATION else "BearerToken")


_SMALL = """
Parameters:
  Level: { Type: String, Default: INFO }
Globals:
  Function: { CodeUri: code/, Handler: app.handler, Environment: { Variables: { LEVEL: !Ref Level } } }
  HttpApi: { Auth: { DefaultAuthorizer: Everybody } }
Resources:
  Table: { Type: AWS::DynamoDB::Table }
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Environment: { Variables: { TABLE: !Ref Table, ARN: !GetAtt Table.Arn, NAME: !Sub "${Level}", DAY: 2020-01-01 } }
      Events:
        Closed: { Type: HttpApi, Properties: { Method: get, Path: /closed } }
        Open: { Type: HttpApi, Properties: { Method: any, Path: /open, Auth: { Authorizer: NONE } } }
        Daily: { Type: Schedule, Properties: { Schedule: rate(1 day) } }
"""


@pytest.fixture
def small(tmp_path: Path) -> dict[str, object]:
    file = tmp_path / "template.yaml"
    file.write_text(_SMALL)
    return template.load(file)


def test_short_forms_of_intrinsic_functions_are_read_as_their_long_forms(
    small: dict[str, dict[str, dict[str, dict[str, object]]]],
) -> None:
    assert small["Resources"]["Function"]["Properties"]["Environment"] == {
        "Variables": {
            "TABLE": {"Ref": "Table"},
            "ARN": {"Fn::GetAtt": ["Table", "Arn"]},
            "NAME": {"Fn::Sub": "${Level}"},
            "DAY": "2020-01-01",
        }
    }


def test_a_route_has_the_authorizer_of_its_api_unless_it_says_otherwise(small: dict[str, object]) -> None:
    routes = template.routes(small, Path("/project"))
    assert [(route.key, route.authorizer) for route in routes] == [("GET /closed", "Everybody"), ("ANY /open", None)]
    assert {route.code for route in routes} == {Path("/project/code")}


def test_a_function_has_the_timeout_of_the_template_or_lambdas_default(small: dict[str, Any]) -> None:
    assert {route.timeout for route in template.routes(small)} == {3}
    small["Globals"]["Function"]["Timeout"] = 20
    assert {route.timeout for route in template.routes(small)} == {20}
    small["Resources"]["Function"]["Properties"]["Timeout"] = 10
    assert {route.timeout for route in template.routes(small)} == {10}


def test_lambda_ends_a_function_before_the_timeout_of_api_gateway() -> None:
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
    assert all(route.timeout < 30 for route in template.routes(template.load()))


def test_the_environment_has_the_variables_that_have_a_value_on_this_machine(small: dict[str, object]) -> None:
    found = template.environment(small, "Function", {"Table": "patients"})
    assert found == {"LEVEL": "INFO", "TABLE": "patients", "DAY": "2020-01-01"}


@pytest.mark.parametrize(
    ("text", "message"),
    [("a: [", "is not YAML"), ("a: 1", "has no Resources"), (None, "cannot read .*: No such file or directory")],
)
def test_a_file_that_is_not_a_template_is_reported_in_one_line(tmp_path: Path, text: str | None, message: str) -> None:
    file = tmp_path / "template.yaml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(TemplateError, match=message) as raised:
        template.load(file)
    assert "\n" not in str(raised.value)
