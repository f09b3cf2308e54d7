"""Requests are signed as botocore signs them."""

import datetime
from unittest.mock import patch

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from dossiers.storage.signature import authorization

words = st.text("abcXYZ0189+/=-_.", min_size=1, max_size=40)
credentials = st.builds(Credentials, words, words, st.none() | words)
moments = st.datetimes(timezones=st.just(datetime.UTC)).filter(lambda at: at.year >= 1000)


@given(st.binary(max_size=300), credentials, words, words, moments)
def test_a_request_is_signed_as_botocore_signs_it(
    body: bytes, credentials: Credentials, region: str, target: str, at: datetime.datetime
) -> None:
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "host": "dynamodb.eu-west-1.amazonaws.com",
        "x-amz-date": at.strftime("%Y%m%dT%H%M%SZ"),
        "x-amz-target": target,
    }
    request = AWSRequest("POST", "https://dynamodb.eu-west-1.amazonaws.com/", data=body)
    request.headers["Content-Type"] = headers["content-type"]
    request.headers["X-Amz-Target"] = target
    with patch("botocore.auth.get_current_datetime", return_value=at):
        SigV4Auth(credentials, "dynamodb", region).add_auth(request)
    if credentials.token is not None:
        headers["x-amz-security-token"] = credentials.token
    keys = {"access_key": credentials.access_key, "secret_key": credentials.secret_key}
    ours = authorization(headers, body, **keys, region=region, service="dynamodb")
    assert ours == request.headers["Authorization"]


def test_the_published_example_of_aws_gets_the_published_signature() -> None:
    """The vector `post-vanilla` of AWS's own test suite, which has a complete Authorization header."""
    headers = {"host": "example.amazonaws.com", "x-amz-date": "20150830T123600Z"}
    keys = {"access_key": "AKIDEXAMPLE", "secret_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
    assert authorization(headers, b"", **keys, region="us-east-1", service="service") == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
    )
