"""What SAM makes of template.yaml: SAM documents no condition around the CORS configuration of an API."""

import json
import subprocess
from typing import Any

import pytest

from tests.deploy.stack import ROOT, TEMPLATE
from tests.sam import PYTHON

pytestmark = pytest.mark.slow

# SAM's transform, as CloudFormation runs it. In the template that it reads, code has the address of its upload.
TRANSLATE = """
import json, sys
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

given = json.load(sys.stdin)
for resource in given["template"]["Resources"].values():
    for code in {"CodeUri", "ContentUri"} & resource.get("Properties", {}).keys():
        resource["Properties"][code] = "s3://bucket/key"
translated = Translator({}, Parser()).translate(given["template"], given["parameters"])
print(json.dumps(translated["Resources"]["Api"]["Properties"]["Body"]))
"""


def body_of_the_api(**parameters: Any) -> dict[str, Any]:
    """The OpenAPI document of the HTTP API under these parameters."""
    assert PYTHON.is_file(), "SAM CLI is missing: run `make test`, which installs it into .venv-sam"
    ran = subprocess.run(
        [PYTHON, "-c", TRANSLATE],
        input=json.dumps({"template": TEMPLATE, "parameters": parameters}),
        env={"AWS_DEFAULT_REGION": "eu-west-1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    body: dict[str, Any] = json.loads(ran.stdout)
    return body


def test_the_condition_decides_whether_the_api_has_a_cors_configuration() -> None:
    # CloudFormation gives SAM a CommaDelimitedList as a list.
    origins = ["https://a.example.org", "https://b.example.org"]
    cors = body_of_the_api(AllowedOrigins=origins)["x-amazon-apigateway-cors"]
    [(function, (condition, configuration, otherwise))] = cors.items()
    assert (function, condition, otherwise) == ("Fn::If", "HasAllowedOrigins", {"Ref": "AWS::NoValue"})
    declared = TEMPLATE["Resources"]["Api"]["Properties"]["CorsConfiguration"]["Fn::If"][1]
    # API Gateway spells the properties with a small letter in an OpenAPI document.
    assert configuration == {
        **{f"{name[0].lower()}{name[1:]}": value for name, value in declared.items()},
        "allowOrigins": origins,
    }
