"""`dossiers serve`: an engine, the functions and the gateway, started and stopped together."""

from __future__ import annotations

import contextlib
import logging
import os
import shlex
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from botocore.exceptions import BotoCoreError, ClientError

from dossiers import connection
from dossiers.errors import DossiersError
from local import folder, template
from local.engine import dynamodb_local as engine
from local.engine.dynamodb_local import Credentials, Engine
from local.errors import UserError
from local.folder import Stack
from local.gateway import durability, functions, server
from local.gateway.gateway import Gateway
from local.gateway.tokens import SigningKey
from local.sample import loader as sample

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE_NAME = "dossiers"


@dataclass(frozen=True)
class Options:
    """What `dossiers serve` is asked for."""

    port: int
    """0 for a free one."""
    folder: Path
    sample: bool
    dynamodb_endpoint: str | None = None
    """An engine that runs already, instead of one of our own."""


def serve(options: Options) -> None:
    """Serve until SIGTERM or Ctrl-C, then answer the requests in flight. Raises UserError when that cannot be."""
    _log_to_standard_error()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _leave)
    folder.prepare(options.folder)
    with contextlib.ExitStack() as stack:
        stack.enter_context(folder.served(options.folder))
        # Before the engine, which takes a second: the commonest mistake is the quickest to hear of.
        listener = stack.enter_context(server.bound(options.port))
        described = template.load()
        routes = template.routes(described)
        database = stack.enter_context(_engine(options))
        # Not before the engine runs: by its key, `dossiers token` sees that a stack has served the folder.
        key = SigningKey.kept_in(options.folder)
        client = database.client(max_pool_connections=server.CONCURRENCY)
        functions.configure(described, routes, database, TABLE_NAME)
        handlers = functions.handlers(routes)
        try:
            _ensure_table(client, described)
            if options.sample:
                sample.load(connection.of_client(client, TABLE_NAME), say=_say)
        except (DossiersError, BotoCoreError, ClientError) as exc:
            raise UserError(f"DynamoDB failed while the table was made ready: {type(exc).__name__}") from exc
        if database.process is not None:
            confirming = durability.client(database, connections=server.CONCURRENCY)
            handlers = {
                function: durability.confirmed(handler, confirming, TABLE_NAME)
                for function, handler in handlers.items()
            }
        gateway = Gateway(routes, handlers, key)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        _run(options, url, database, server.Server(gateway.respond, listener))


def _run(options: Options, url: str, database: Engine, running: server.Server) -> None:
    engine_ended = threading.Event()

    def stop_without_engine() -> None:
        # Nothing brings it back but a new start, and a stack that answers 503 for ever would hide that.
        assert database.process is not None  # noqa: S101 - the thread is started for an engine of ours only
        database.process.wait()
        engine_ended.set()
        running.stop()

    if database.process is not None:
        threading.Thread(target=stop_without_engine, daemon=True).start()
    folder.announce(options.folder, _stack(url, database))
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: running.stop())
    sys.stdout.write(f"Listening on {url}\n")
    if options.sample:
        sys.stdout.write(_examples(url, options.folder))
    sys.stdout.flush()
    running.run()
    folder.withdraw(options.folder)
    if engine_ended.is_set():
        raise UserError(f"DynamoDB Local ended, and so does this: see {options.folder / 'engine.log'}")


def _leave(*_: object) -> NoReturn:
    """Leave while still starting: every `with` on the way undoes its part."""
    sys.exit(0)


@contextlib.contextmanager
def _engine(options: Options) -> Iterator[Engine]:
    if options.dynamodb_endpoint is not None:
        yield _running_already(options.dynamodb_endpoint, options.folder)
    else:
        with engine.running(options.folder) as started:
            yield started


def _running_already(endpoint: str, home: Path) -> Engine:
    """An engine that somebody else started, opened with the environment's credentials or the folder's own."""
    environment = os.environ
    if "AWS_ACCESS_KEY_ID" in environment and "AWS_SECRET_ACCESS_KEY" in environment:
        credentials = Credentials(
            environment["AWS_ACCESS_KEY_ID"],
            environment["AWS_SECRET_ACCESS_KEY"],
            environment.get("AWS_SESSION_TOKEN"),
        )
    else:
        credentials = Credentials.kept_in(home / "credentials.json")
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or engine.REGION
    found = Engine(endpoint, credentials, region)
    try:
        found.client(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=5).list_tables(Limit=1)
    except (BotoCoreError, ClientError, ValueError) as exc:
        raise UserError(f"no DynamoDB answers at {endpoint}: {' '.join(str(exc).split())}") from exc
    return found


def _ensure_table(client: DynamoDBClient, described: Mapping[str, Any]) -> None:
    try:
        template.create_table(client, TABLE_NAME, template=described)
    except client.exceptions.ResourceInUseException:
        # It is there; but whoever made it may have been stopped before the second step.
        template.enable_time_to_live(client, TABLE_NAME, template=described)


def _stack(url: str, database: Engine) -> Stack:
    return Stack(
        url=url,
        endpoint=database.endpoint,
        region=database.region,
        access_key=database.access_key,
        secret_key=database.secret_key,
        session_token=database.credentials.session_token,
        table=TABLE_NAME,
    )


def _examples(url: str, home: Path) -> str:
    """What to type next, whatever folder the other terminal is in."""
    program, data = shlex.quote(str(Path(sys.argv[0]).absolute())), shlex.quote(str(home.absolute()))
    curl = 'curl -H "Authorization: Bearer $TOKEN"'
    return f"""
To try it, in another terminal ({sample.USERS_IN_WORDS}):

  TOKEN=$({program} token {sample.EXAMPLE_USER} --data {data})
  {curl} {url}/api/v1/dossiers
  {curl} '{url}/api/v1/dossiers?name={sample.EXAMPLE_NAME}'
  {curl} {url}/api/v1/dossier_groups/{sample.EXAMPLE_GROUP}/dossiers \\
    -d '{{"person": {{"firstname": "Jan", "lastname": "de Vries", "birthdate": "1980-02-23", "gender": "M"}}}}'

"""


def _say(line: str) -> None:
    """Standard output is for the address, and for those who wait for it."""
    sys.stderr.write(f"{line}\n")


def _log_to_standard_error() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    log = logging.getLogger("local")
    log.handlers[:] = [handler]
    log.setLevel(logging.INFO)
    log.propagate = False
