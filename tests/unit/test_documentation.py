"""functions/docs: the documentation page, its files and the OpenAPI document."""

import base64
import gzip
import importlib.util
import json
from types import ModuleType
from typing import Any

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def app() -> ModuleType:
    specification = importlib.util.spec_from_file_location("docs_app", ROOT / "functions" / "docs" / "app.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def get(app: ModuleType, path: str, **headers: str) -> dict[str, Any]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    response: dict[str, Any] = app.handler({"rawPath": path, "headers": names}, None)
    return response


def test_every_file_is_served_also_compressed(app: ModuleType) -> None:
    for path, file in app.FILES.items():
        plain, compressed = get(app, path), get(app, path, accept_encoding="br, gzip")
        assert plain["statusCode"] == compressed["statusCode"] == 200
        assert plain["headers"]["Content-Type"] == file.content_type
        content = base64.b64decode(plain["body"])
        assert content == file.path.read_bytes()
        assert gzip.decompress(base64.b64decode(compressed["body"])) == content
        assert compressed["headers"]["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in plain["headers"]


@pytest.mark.parametrize("path", ["/docs/", "/docs/app.py", "/docs/../app.py", "/docs/openapi.json", "/docs/x"])
def test_other_paths_are_not_found(app: ModuleType, path: str) -> None:
    response = get(app, path)
    assert (response["statusCode"], json.loads(response["body"])) == (404, {"message": "Not Found"})


def test_the_page_loads_nothing_from_elsewhere(app: ModuleType) -> None:
    policy = get(app, "/docs")["headers"]["Content-Security-Policy"]
    sources = {source for directive in policy.split("; ") for source in directive.split()[1:]}
    assert sources == {"'none'", "'self'", "data:"}


def test_the_page_signs_in_by_the_name_that_the_document_gives_the_token(app: ModuleType) -> None:
    document = json.loads(base64.b64decode(get(app, "/api/v1/openapi.json")["body"]))
    script = base64.b64decode(get(app, "/docs/page.js")["body"]).decode()
    [scheme] = document["components"]["securitySchemes"]
    assert f'ui.preauthorizeApiKey("{scheme}", token)' in script
