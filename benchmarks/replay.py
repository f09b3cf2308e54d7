"""Replaces the network of a function's process by what came over it before. repeat.py loads it beside the function."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any
from unittest.mock import patch


def replay_what_was_answered_once() -> None:
    """From now on each different request goes out once. When it is made again, the same response is returned.

    The network is replaced where requests leave: they are made and signed each time.
    """
    if find_spec("dossiers") is None:
        _replay_boto3()
    else:
        _replay_transport()


def _replay_transport() -> None:
    """Replay what the service's own transport sends."""
    from dossiers.storage.transport import Transport  # noqa: PLC0415 - the service's functions have it

    post = Transport.post
    known: dict[Any, Any] = {}

    def send(transport: Transport, target: str, headers: Any, body: bytes, deadline: Any) -> Any:
        return _once(known, headers, body, lambda: post(transport, target, headers, body, deadline))

    patch.object(Transport, "post", send).start()


def _replay_boto3() -> None:
    """Replay what the clients of boto3's default session send: by the event with which botocore offers a request to
    whoever wants to send it.
    """
    import boto3  # noqa: PLC0415 - the usual functions have it
    from botocore.awsrequest import AWSResponse  # noqa: PLC0415
    from botocore.httpsession import URLLib3Session  # noqa: PLC0415

    network = URLLib3Session()
    known: dict[Any, Any] = {}

    def send(request: Any, **_: Any) -> Any:
        body = _once(known, request.headers, request.body, lambda: network.send(request).content)
        headers: Any = {"Content-Type": "application/x-amz-json-1.0", "Content-Length": str(len(body))}
        return AWSResponse(request.url, 200, headers, _Raw(body))

    session = boto3.Session()
    session.events.register("before-send.dynamodb", send)
    boto3.DEFAULT_SESSION = session


def _once(known: dict[Any, Any], headers: Any, body: bytes, send: Callable[[], Any]) -> Any:
    key = headers["x-amz-target"], body
    if key not in known:
        known[key] = send()
    return known[key]


class _Raw:
    """A body, as AWSResponse reads one."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> Any:
        yield self._body
