"""How this process reaches the table: chosen once, by what its environment says."""

import os
import sys
import threading
from functools import cache
from typing import TYPE_CHECKING

from dossiers import is_on_lambda
from dossiers.domain.deadline import NEVER, Deadline
from dossiers.storage.signed_reads import Settings, SignedReads
from dossiers.storage.table import Table
from dossiers.storage.transport import Transport

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from dossiers.storage.client import Client

_connecting = threading.Lock()


def table(deadline: Deadline = NEVER, *, writes: bool = False) -> Table:
    """The table that TABLE_NAME in the environment names, for a request that must be answered by `deadline`.

    It is connected at the first call and not at import, so that a test can put its fake in place first. `writes`: what
    writes is loaded at the first call too, instead of at the first write.
    """
    with _connecting:
        connected = connect(os.environ["TABLE_NAME"])
        if writes:
            connected.writes()
        return connected.until(deadline)


@cache
def connect(name: str) -> Table:
    """The table of that name, as this process reaches it."""
    # moto answers the requests of botocore's clients within the process: nothing may go out past them.
    if "moto" in sys.modules:
        from dossiers.storage.client import plain_client  # noqa: PLC0415 - loads botocore

        return of_client(plain_client(), name)
    settings = Settings.of_environment() if is_on_lambda() else None
    return by_botocore(name) if settings is None else by_signed_reads(name, settings, Transport(settings.endpoint))


def by_signed_reads(name: str, settings: Settings, transport: Transport) -> Table:
    """A table that is read without botocore, and written with it: botocore is loaded when it is needed."""

    @cache
    def botocore() -> "Client":
        from dossiers.storage import client  # noqa: PLC0415 - loads botocore

        return client.connect(transport)

    return Table(name, SignedReads(settings, transport, botocore), botocore)


def by_botocore(name: str, transport: Transport | None = None) -> Table:
    """A table that is read and written with botocore, over the transport or one of its own."""
    from dossiers.storage import client  # noqa: PLC0415 - loads botocore

    connected = client.connect(transport)
    return Table(name, connected, lambda: connected)


def of_client(client: "DynamoDBClient", name: str) -> Table:
    """A table that is read and written with this client of botocore, as it is."""
    from dossiers.storage.client import Client  # noqa: PLC0415 - loads botocore

    given = Client(client)
    return Table(name, given, lambda: given)
