"""Events of `sam local start-api`, which lack what API Gateway adds to a request.

SAM CLI ignores JWT authorizers: it lets every request through and passes no claims on
(https://github.com/aws/aws-sam-cli/issues/2833). api/function.py uses this module under SAM CLI only.
"""

import json
from base64 import urlsafe_b64decode
from typing import Any


def complete(event: dict[str, Any]) -> dict[str, Any]:
    """Returns the event with the claims of its bearer token, and with the host that the caller addressed.

    An event that has an authorizer is returned as it is: `sam local invoke` plays whole events.

    Neither the signature nor the expiry of the token is checked. On this machine nobody needs a valid token to act as
    another user: `sam local invoke` takes an event with any claims.
    """
    context = event["requestContext"]
    if "authorizer" in context:
        return event
    headers = {name.lower(): value for name, value in event.get("headers", {}).items()}
    claims = _claims(headers.get("authorization", ""))
    # SAM CLI says "localhost", without the port: the links to next pages would lead nowhere.
    added = {"authorizer": {"jwt": {"claims": claims, "scopes": None}}, "domainName": headers.get("host", "localhost")}
    return event | {"requestContext": context | added}


def _claims(authorization: str) -> dict[str, Any]:
    """Returns the claims of a bearer token, or {} when the header has none that can be read."""
    scheme, _, token = authorization.partition(" ")
    try:
        _, payload, _ = token.split(".")
        claims = json.loads(urlsafe_b64decode(payload + "=="))
    except ValueError:
        return {}
    return claims if scheme.lower() == "bearer" and isinstance(claims, dict) else {}
