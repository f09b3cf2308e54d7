"""Two set-ups of the functions behind proxies that inject faults: as on Lambda, and in `dossiers serve`."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from local import template
from local.engine.engine import Engine
from local.folder import DataFolder
from local.gateway.tokens import SigningKey
from local.serve import TABLE
from tests import handlers
from tests.api import Headers, Http, Response, Transport, join
from tests.failures.proxy import Proxy
from tests.lambda_process import TIMEOUT, LambdaProcess
from tests.serving import serve


@dataclass(frozen=True)
class Settings:
    """The settings of a run."""

    seed: int
    rate: float
    """Share of the requests to DynamoDB with a fault, from 0 to 1."""
    requests: int
    """Requests to the API, retries included."""
    clients: int = 6
    seconds: float = TIMEOUT
    """The timeout of a function."""
    slow_share: float = 0.5
    """How often a slow fault is chosen, relative to a fast one."""
    limit: float = 300
    """Seconds after which no more requests are sent."""


@dataclass(frozen=True)
class Stage:
    """The engine and the settings of a run, and what it records."""

    engine: Engine
    settings: Settings
    folder: Path
    """For the logs of the functions."""
    faults: Counter[str] = field(default_factory=Counter)
    """The faults that were injected, by kind, once the run is over."""


Connect = Callable[[str], Transport]
"""From a user to a transport to the API for that user."""

Setup = Callable[[Stage], AbstractContextManager[list[Connect]]]
"""Starts the functions. Yields a Connect for each client."""


@contextmanager
def on_lambda(stage: Stage) -> Iterator[list[Connect]]:
    """The functions as on Lambda. Each client has its own process of each function and its own proxy."""
    routes = {route.function: route for route in template.routes(template.load())}
    clients = range(stage.settings.clients)
    with ExitStack() as stack:
        proxies = [stack.enter_context(_proxy(stage, f"proxy {number}")) for number in clients]
        for proxy in proxies:
            proxy.rate = stage.settings.rate

        def start(number: int, function: str) -> LambdaProcess:
            variables = replace(stage.engine, endpoint=proxies[number].url).environment
            log = stage.folder / f"{number}-{function}.log"
            return LambdaProcess(routes[function], table=TABLE, variables=variables, log=log)

        with ThreadPoolExecutor(4) as pool:
            starting = [{function: pool.submit(start, number, function) for function in routes} for number in clients]
        processes = [
            {function: stack.enter_context(future.result()) for function, future in functions.items()}
            for functions in starting
        ]
        yield [_connect_to(own, stage.settings.seconds) for own in processes]


@contextmanager
def in_dossiers_serve(stage: Stage) -> Iterator[list[Connect]]:
    """The functions in `dossiers serve`, over HTTP. One proxy is in front of the engine."""
    with (
        _proxy(stage, "proxy") as proxy,
        serve(stage.folder, engine=replace(stage.engine, endpoint=proxy.url)) as serving,
    ):
        key = SigningKey.load(DataFolder(serving.directory))
        proxy.rate = stage.settings.rate  # not earlier: the preparation of the table does not retry
        yield [lambda user: Http(serving.url, key.issue(user))] * stage.settings.clients
        proxy.rate = 0.0


@contextmanager
def _proxy(stage: Stage, name: str) -> Iterator[Proxy]:
    seed = f"{stage.settings.seed} {stage.settings.rate} {name}"
    with Proxy(stage.engine.endpoint, seed, slow_share=stage.settings.slow_share) as proxy:
        yield proxy
    stage.faults.update(proxy.injected)
    assert proxy.failures == [], proxy.failures


def _connect_to(processes: dict[str, LambdaProcess], seconds: float) -> Connect:
    return lambda user: _Processes(processes, user, seconds)


class _Processes:
    """A transport that invokes processes with the events that API Gateway makes of one user's requests."""

    base = "https://api.example.com"

    def __init__(self, processes: dict[str, LambdaProcess], user: str, seconds: float) -> None:
        self._processes = processes
        self._user = user
        self._seconds = seconds

    def request(
        self, method: str, target: str, *, body: bytes | str | None = None, headers: Headers | None = None
    ) -> Response:
        path, _, query = target.partition("?")
        route, event = handlers.route_and_event(method, path, query, body=body, headers=join(headers), sub=self._user)
        response = self._processes[route.function].invoke(event, seconds=self._seconds)
        names = {name.lower(): value for name, value in response["headers"].items()}
        return Response(response["statusCode"], names, response.get("body") or "")
