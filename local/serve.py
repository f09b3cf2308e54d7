"""`dossiers serve`: starts DynamoDB Local, the functions and the gateway, and stops them together."""

from __future__ import annotations

import contextlib
import signal
import socket
import sys
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any, NoReturn

from botocore.exceptions import BotoCoreError, ClientError

from dossiers.domain.errors import DatabaseError, DossiersError
from dossiers.storage import connection
from local import examples, log, stack, template
from local.engine.dynamodb_local import DynamoDBLocal, run_engine
from local.engine.engine import Engine
from local.engine.existing import open_existing
from local.engine.process import SupervisedProcess
from local.engine.table import ensure_table
from local.errors import UserError
from local.folder import DataFolder
from local.gateway import functions
from local.gateway.cors import Cors
from local.gateway.durability import confirming_client, respond_when_durable
from local.gateway.gateway import Gateway
from local.gateway.invocation import Handler
from local.gateway.server import CONCURRENCY, Server, listen
from local.gateway.tokens import SigningKey
from local.sample import loader
from local.stack import Stack
from local.start_page import StartPage

TABLE = "dossiers"


@dataclass(frozen=True)
class Options:
    """The options of `dossiers serve`."""

    port: int
    """0 for a free one."""
    folder: DataFolder
    sample: bool
    """Whether to load the sample data."""
    dynamodb_endpoint: str | None = None
    """The URL of a DynamoDB that runs already, or None to run DynamoDB Local."""
    allowed_origins: Collection[str] = ()
    """The origins whose pages may use the API. Without any, CORS is off."""


class _Stopped(BaseException):
    """A signal arrived while the stack was starting. Each `with` block then stops what it has started."""


def serve(options: Options) -> None:
    """Serve until SIGTERM or Ctrl-C, then complete the requests in flight. Raises UserError when it cannot serve."""
    log.configure()
    _on_signal(_stop_starting)
    options.folder.prepare()
    description = template.load()
    try:
        # The engine takes seconds to start. Report a folder or a port that is in use before that.
        with stack.claim(options.folder), listen(options.port) as listener, _engine(options) as engine:
            _serve(options, description, listener, engine)
    except _Stopped:
        pass
    place = options.folder.path.absolute() if options.dynamodb_endpoint is None else options.dynamodb_endpoint
    log.say(f"Stopped. The data are kept in {place}")


def _serve(options: Options, description: Mapping[str, Any], listener: socket.socket, engine: Engine) -> None:
    # `dossiers token` accepts every folder with a key. Create the key only after the engine has started.
    key = SigningKey.load_or_create(options.folder)
    _prepare_table(options, description, engine)
    routes = template.routes(description)
    functions.set_environment(description, routes, engine, TABLE)
    handlers = functions.load_handlers(routes)
    if isinstance(engine, DynamoDBLocal):
        handlers = _make_durable(handlers, engine)
    running = Stack(f"http://127.0.0.1:{listener.getsockname()[1]}", engine, TABLE)
    page = StartPage(running, options.folder, routes, key, sample=options.sample)
    gateway = Gateway(routes, handlers, key, Cors(options.allowed_origins))
    server = Server(page.wrap(gateway.respond), listener)
    with _stop_with_engine(server, engine, options.folder):
        stack.announce(options.folder, running)
        _on_signal(lambda *_: server.stop())
        sys.stdout.write(f"Listening on {running.url}\n")
        if options.sample:
            sys.stdout.write(examples.as_text(running.url, options.folder))
        sys.stdout.flush()
        server.run()
        stack.withdraw(options.folder)


@contextlib.contextmanager
def _engine(options: Options) -> Iterator[Engine]:
    """The engine that the options name, until the end of the block."""
    if options.dynamodb_endpoint is not None:
        yield open_existing(options.dynamodb_endpoint, options.folder)
    else:
        log.say("Starting DynamoDB Local: about 3 seconds")
        with run_engine(options.folder) as engine:
            yield engine


def _prepare_table(options: Options, description: Mapping[str, Any], engine: Engine) -> None:
    client = engine.client(max_pool_connections=CONCURRENCY)
    try:
        ensure_table(client, TABLE, template=description)
        if options.sample:
            loader.load(connection.of_client(client, TABLE), say=log.say)
    except (DatabaseError, DossiersError, BotoCoreError, ClientError) as exc:
        raise UserError(f"DynamoDB failed while the table was prepared: {' '.join(str(exc).split())}") from exc


def _make_durable(handlers: Mapping[str, Handler], engine: Engine) -> dict[str, Handler]:
    client = confirming_client(engine, connections=CONCURRENCY)
    return {function: respond_when_durable(handler, client, TABLE) for function, handler in handlers.items()}


@contextlib.contextmanager
def _stop_with_engine(server: Server, engine: Engine, folder: DataFolder) -> Iterator[None]:
    """Stop the server when DynamoDB Local ends during the block, because every later response would be 503.

    Raises UserError at the end of the block when DynamoDB Local has ended.
    """
    engine_ended = threading.Event()

    def stop_after(process: SupervisedProcess) -> None:
        process.wait()
        engine_ended.set()
        server.stop()

    if isinstance(engine, DynamoDBLocal):
        threading.Thread(target=stop_after, args=[engine.process], daemon=True).start()
    yield
    if engine_ended.is_set():
        raise UserError(f"DynamoDB Local has ended, and the stack has stopped: see {folder.engine_log}")


def _on_signal(handle: Callable[[int, FrameType | None], object]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, handle)


def _stop_starting(*_: object) -> NoReturn:
    raise _Stopped
