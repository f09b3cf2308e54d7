"""The certificate authorities that a connection to DynamoDB trusts."""

import re
from pathlib import Path

import botocore
import pytest

from dossiers.storage import certificates

BOTOCORE_BUNDLE = Path(botocore.__file__).with_name("cacert.pem")
ON_AWS = ["dynamodb.eu-west-1.amazonaws.com", "dynamodb.us-gov-west-1.amazonaws.com", "dynamodb.eu-west-1.api.aws"]
ELSEWHERE = ["dynamodb.cn-north-1.amazonaws.com.cn", "dynamodb.us-iso-east-1.c2s.ic.gov", "127.0.0.1"]


def count_trusted(host: str, configured: str | None = None) -> int:
    """The number of count_trusted certificate authorities."""
    return len(certificates.context(host, configured).get_ca_certs())


@pytest.fixture(autouse=True)
def nothing_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A file with two certificates."""
    found = re.findall(
        r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\n", BOTOCORE_BUNDLE.read_text(), re.DOTALL
    )
    file = tmp_path / "two.pem"
    file.write_text("".join(found[:2]))
    return file


@pytest.mark.parametrize("host", [*ON_AWS, *ELSEWHERE])
def test_without_the_roots_of_the_layer_botocores_bundle_is_trusted(host: str) -> None:
    assert count_trusted(host) > 100


@pytest.mark.parametrize("host", ON_AWS)
def test_endpoints_on_aws_trust_amazons_own_roots_only(
    monkeypatch: pytest.MonkeyPatch, bundle: Path, host: str
) -> None:
    monkeypatch.setattr(certificates, "AMAZON_ROOTS", bundle)
    assert count_trusted(host) == 2


@pytest.mark.parametrize("host", ELSEWHERE)
def test_other_endpoints_trust_botocores_bundle(monkeypatch: pytest.MonkeyPatch, bundle: Path, host: str) -> None:
    monkeypatch.setattr(certificates, "AMAZON_ROOTS", bundle)
    assert count_trusted(host) > 100


@pytest.mark.parametrize("name", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_a_configured_bundle_takes_precedence(monkeypatch: pytest.MonkeyPatch, bundle: Path, name: str) -> None:
    monkeypatch.setattr(certificates, "AMAZON_ROOTS", BOTOCORE_BUNDLE)
    monkeypatch.setenv(name, str(bundle))
    assert count_trusted(ON_AWS[0]) == 2
    monkeypatch.setenv(name, str(BOTOCORE_BUNDLE))
    assert count_trusted(ON_AWS[0], configured=str(bundle)) == 2


@pytest.mark.parametrize("name", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_an_empty_variable_configures_nothing(monkeypatch: pytest.MonkeyPatch, bundle: Path, name: str) -> None:
    monkeypatch.setattr(certificates, "AMAZON_ROOTS", bundle)
    monkeypatch.setenv(name, "")
    assert count_trusted(ON_AWS[0]) == 2
