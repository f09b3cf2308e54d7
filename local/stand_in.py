"""What stands in for DynamoDB Local on a machine without npm: moto's server, in memory and in this process.

Enough to try the API. It is slow with much data and wrong about concurrent writes, so that no test runs on it.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

from local.engine import Credentials, Engine


@contextlib.contextmanager
def running() -> Iterator[Engine]:
    """moto's DynamoDB on a free port of this machine; gone, with its data, on the way out."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - half a second that only this stand-in needs

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield Engine(f"http://{host}:{port}", Credentials.random())
    finally:
        server.stop()
