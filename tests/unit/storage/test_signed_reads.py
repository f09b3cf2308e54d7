"""The settings with which the service signs its reads itself, and the endpoint of the reads."""

import os

import pytest

from dossiers.storage.signed_reads import Settings

LAMBDA = {
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_SESSION_TOKEN": "token",
    "AWS_REGION": "eu-west-1",
    "AWS_ENDPOINT_URL_DYNAMODB": "",
}


@pytest.fixture(autouse=True)
def on_lambda(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    for name, value in LAMBDA.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1", "ap-southeast-7", "us-gov-west-1", "mx-central-1"])
def test_on_lambda_reads_go_to_the_endpoint_of_the_region(monkeypatch: pytest.MonkeyPatch, region: str) -> None:
    monkeypatch.setenv("AWS_REGION", region)
    endpoint = f"https://dynamodb.{region}.amazonaws.com"
    assert Settings.of_environment() == Settings(endpoint, region, "key", "secret", "token")


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"])
@pytest.mark.parametrize(
    "endpoint", ["http://127.0.0.1:8000", "http://host.docker.internal:1/", "https://vpce.example"]
)
def test_a_configured_endpoint_is_used(monkeypatch: pytest.MonkeyPatch, name: str, endpoint: str) -> None:
    monkeypatch.setenv(name, endpoint)
    settings = Settings.of_environment()
    assert settings is not None
    assert settings.endpoint == endpoint.rstrip("/")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_ACCESS_KEY_ID", ""),
        ("AWS_SECRET_ACCESS_KEY", ""),
        ("AWS_REGION", ""),
        ("AWS_REGION", "cn-north-1"),
        ("AWS_REGION", "us-iso-east-1"),
        ("AWS_REGION", "eusc-de-east-1"),
        ("AWS_REGION", "nowhere"),
        ("AWS_REGION", "eu-west-1.example.com/"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "https://example.com/path"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "https://user@example.com"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "example.com"),
        ("AWS_USE_FIPS_ENDPOINT", "true"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "true"),
        ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
        ("HTTPS_PROXY", "http://proxy.example"),
        ("https_proxy", "http://proxy.example"),
        ("HTTP_PROXY", "http://proxy.example"),
        ("all_proxy", "http://proxy.example"),
    ],
)
def test_unusual_settings_are_left_to_botocore(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert Settings.of_environment() is None
