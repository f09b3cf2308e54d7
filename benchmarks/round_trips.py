"""Round trips to DynamoDB in one request, counted. Requests that are sent in parallel are one round trip."""

import json
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

from benchmarks import interception
from benchmarks.database import EMPTY, Database
from benchmarks.events import GROUP_PATH
from benchmarks.implementations import PAIRS
from benchmarks.people import FIRSTNAME, LASTNAME
from benchmarks.responses import extract_id, extract_rows
from benchmarks.result import Log, Result, Target
from dossiers.storage import items
from dossiers.storage.exchange import Response
from tests.handlers import call
from tests.index_lag import remove_from_index

# Longer than it takes to start parallel requests, so that they overlap.
_LATENCY = 0.1
_SIZE = 1_000


def measure(database: Database, log: Log) -> Result:
    """Creates, and searches by identifier and by name."""
    log("counting round trips")
    indexed, lagging = _create("EPD-indexed"), _create("EPD-lagging")
    remove_from_index(database.engine.client(), PAIRS, items.dossier_key(f"group-{EMPTY}", lagging))
    requests: list[tuple[str, int, Callable[[], Any]]] = [
        ("create", 2, lambda: _create("EPD-another")),
        ("identifier search, found", 2, lambda: _search_identifier("EPD-indexed", [indexed])),
        ("identifier search, no match", 3, lambda: _search_identifier("EPD-unknown", [])),
        ("identifier search, index lags", 4, lambda: _search_identifier("EPD-lagging", [lagging])),
        ("name search in one group, one word", 2, lambda: _search_name(FIRSTNAME)),
        ("name search in one group, two words", 2, lambda: _search_name(f"{FIRSTNAME}+{LASTNAME}")),
    ]
    lines, targets = [], []
    for name, maximum, send in requests:
        spans, operations = _record(send)
        count = count_round_trips(spans)
        lines.append([name, str(count), str(len(operations)), ", ".join(operations)])
        targets.append(Target(f"round trips: {name}", count, maximum))
    return Result("Round trips", _describe(), ["request", "round trips", "requests", "operations"], lines, targets)


def _describe() -> str:
    return (
        f"The handlers run in a process that has made its client before. Each request to DynamoDB Local takes "
        f"{_LATENCY * 1000:.0f} ms longer than it would. Requests that overlap in time are one round trip."
    )


def _create(identifier: str) -> str:
    """Create a dossier with this external identifier. Returns its id."""
    body = {"dossier": {"external_identifier": identifier}, "person": {"firstname": "Johanna", "lastname": "de Vries"}}
    return extract_id(call("POST", _path(EMPTY), body=json.dumps(body), sub=f"user-{EMPTY}"))


def _search_identifier(identifier: str, expected: list[str]) -> None:
    response = call("GET", _path(EMPTY), f"external_identifier={identifier}", sub=f"user-{EMPTY}")
    if [row[0] for row in extract_rows(response)] != expected:
        raise RuntimeError(f"the search for {identifier} does not return {expected}")


def _search_name(name: str) -> None:
    response = call("GET", _path(_SIZE), f"name={name}", sub=f"user-{_SIZE}")
    if not extract_rows(response):
        raise RuntimeError(f"the search for {name} returns no row")


def _path(size: int) -> str:
    return GROUP_PATH.replace("{dossier_group_id}", f"group-{size}")


Span = tuple[float, float]
"""When a request to DynamoDB started and ended, in seconds."""


def _record(send: Callable[[], Any]) -> tuple[list[Span], list[str]]:
    """Send a request. Returns the spans and the operations of its requests to DynamoDB."""
    spans: list[Span] = []
    operations: list[str] = []

    def delay(request: interception.Request, send: interception.Send) -> Response:
        started = monotonic()
        operations.append(request.operation)
        sleep(_LATENCY)
        response = send()
        spans.append((started, monotonic()))
        return response

    with interception.intercept(delay):
        send()
    return spans, operations


def count_round_trips(spans: list[Span]) -> int:
    """The number of groups of overlapping spans."""
    count, until = 0, 0.0
    for started, ended in sorted(spans):
        if started >= until:
            count += 1
        until = max(until, ended)
    return count
