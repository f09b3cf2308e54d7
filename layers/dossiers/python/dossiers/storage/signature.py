"""AWS Signature Version 4, of the one form of request that DynamoDB takes: a POST to the endpoint's root.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hmac
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256

_ALGORITHM = "AWS4-HMAC-SHA256"


def authorization(
    headers: Mapping[str, str], body: bytes, *, access_key: str, secret_key: str, region: str, service: str
) -> str:
    """The value of the Authorization header.

    `headers`: those that are signed, with names in lower case and without spaces around values or twice in a row;
    `host` and `x-amz-date` (`20260102T030405Z`, in UTC) have to be among them.
    """
    at = headers["x-amz-date"]
    scope = (at[:8], region, service, "aws4_request")
    names = sorted(headers)
    signed_names, credential_scope = ";".join(names), "/".join(scope)
    lines = [f"{name}:{headers[name]}" for name in names]
    canonical = "\n".join(["POST", "/", "", *lines, "", signed_names, sha256(body).hexdigest()])
    to_sign = "\n".join([_ALGORITHM, at, credential_scope, sha256(canonical.encode()).hexdigest()])
    signature = hmac.digest(_signing_key(secret_key, scope), to_sign.encode(), "sha256").hex()
    return (
        f"{_ALGORITHM} Credential={access_key}/{credential_scope}, SignedHeaders={signed_names}, Signature={signature}"
    )


# All requests of a day are signed with the same key.
@lru_cache(maxsize=1)
def _signing_key(secret_key: str, scope: tuple[str, ...]) -> bytes:
    key = f"AWS4{secret_key}".encode()
    for part in scope:
        key = hmac.digest(key, part.encode(), "sha256")
    return key
