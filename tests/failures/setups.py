"""The two ways to run the functions behind proxies that inject faults: as on Lambda, and in `dossiers serve`."""

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
    """What a run is made of."""

    seed: int
    rate: float
    """Share of the requests to DynamoDB that a fault is done to."""
    requests: int
    """Requests to the API, those that are sent again included."""
    clients: int = 12
    seconds: float = TIMEOUT
    """Time that a function has for a response, as on Lambda."""
    slow_share: float = 0.5
    """How often a fault is chosen that the function waits for, relative to another."""
    limit: float = 300
    """Seconds after which no more requests are sent."""


@dataclass(frozen=True)
class Stage:
    """Where a run takes place."""

    engine: Engine
    settings: Settings
    folder: Path
    """For what the functions log."""
    faults: Counter[str] = field(default_factory=Counter)
    """The faults that were injected, by kind, once the run is over."""


Connect = Callable[[str], Transport]
"""From a user to the API as that user."""

Setup = Callable[[Stage], AbstractContextManager[list[Connect]]]
"""Starts the functions, and gives each client its way to them."""


@contextmanager
def on_lambda(stage: Stage) -> Iterator[list[Connect]]:
    """The functions as on Lambda: each client has a process of each, behind a proxy of its own."""
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
        yield [_user_of(own, stage.settings.seconds) for own in processes]


@contextmanager
def served(stage: Stage) -> Iterator[list[Connect]]:
    """The functions in `dossiers serve`, which reaches the engine by one proxy, over HTTP."""
    with (
        _proxy(stage, "proxy") as proxy,
        serve(stage.folder, engine=replace(stage.engine, endpoint=proxy.url)) as serving,
    ):
        key = SigningKey.load(DataFolder(serving.directory))
        proxy.rate = stage.settings.rate  # not before: what prepares the table does not try again
        yield [lambda user: Http(serving.url, key.issue(user))] * stage.settings.clients
        proxy.rate = 0.0


@contextmanager
def _proxy(stage: Stage, name: str) -> Iterator[Proxy]:
    seed = f"{stage.settings.seed} {stage.settings.rate} {name}"
    with Proxy(stage.engine.endpoint, seed, slow_share=stage.settings.slow_share) as proxy:
        yield proxy
    stage.faults.update(proxy.injected)
    assert proxy.failures == [], proxy.failures


def _user_of(processes: dict[str, LambdaProcess], seconds: float) -> Connect:
    return lambda user: _Processes(processes, user, seconds)


class _Processes:
    """The functions in processes, called with the events that API Gateway makes of one user's requests."""

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
