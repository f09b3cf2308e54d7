"""Replays recorded responses of DynamoDB in a function's process. repeat.py loads it beside the function."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any
from unittest.mock import patch


def replay_responses() -> None:
    """From now on, send each different request once, and return its recorded response when it is made again.

    The replacement is where a request would be sent: it is built and signed each time.
    """
    if find_spec("dossiers") is None:
        _replay_boto3()
    else:
        _replay_transport()


def _replay_transport() -> None:
    """Replay the responses to the service's own transport."""
    from dossiers.storage.transport import Transport  # noqa: PLC0415 - the service's functions have it

    send = Transport.send
    recorded: dict[Any, Any] = {}

    def replay(transport: Transport, target: str, headers: Any, body: bytes, deadline: Any) -> Any:
        def exchange() -> Any:
            return send(transport, target, headers, body, deadline)()

        return lambda: _send_once(recorded, headers, body, exchange)

    patch.object(Transport, "send", replay).start()


def _replay_boto3() -> None:
    """Replay the responses to clients of boto3's default session.

    A handler of botocore's event `before-send` returns a response in place of the network.
    """
    import boto3  # noqa: PLC0415 - the usual functions have it
    from botocore.awsrequest import AWSResponse  # noqa: PLC0415
    from botocore.httpsession import URLLib3Session  # noqa: PLC0415

    network = URLLib3Session()
    recorded: dict[Any, Any] = {}

    def replay(request: Any, **_: Any) -> Any:
        body = _send_once(recorded, request.headers, request.body, lambda: network.send(request).content)
        headers: Any = {"Content-Type": "application/x-amz-json-1.0", "Content-Length": str(len(body))}
        return AWSResponse(request.url, 200, headers, _Raw(body))

    session = boto3.Session()
    session.events.register("before-send.dynamodb", replay)
    boto3.DEFAULT_SESSION = session


def _send_once(recorded: dict[Any, Any], headers: Any, body: bytes, send: Callable[[], Any]) -> Any:
    key = headers["x-amz-target"], body
    if key not in recorded:
        recorded[key] = send()
    return recorded[key]


class _Raw:
    """A body in the form that AWSResponse reads."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> Any:
        yield self._body
