"""How often a request waits for DynamoDB, counted. Requests that are sent side by side are one round trip."""

import json
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

from benchmarks import wire
from benchmarks.people import FIRSTNAME, LASTNAME
from benchmarks.row import Reach, Row, Say
from benchmarks.sides import PAIRS
from benchmarks.world import EMPTY, GROUP, World, answered_rows
from dossiers.storage import items
from dossiers.storage.exchange import Response
from tests.handlers import call

# Longer than it takes to send requests side by side, so that they do overlap.
_LATENCY = 0.1
_SEARCHED = 1_000


def measured(world_: World, say: Say) -> Row:
    """Creates and searches by identifier and by name."""
    say("counting round trips")
    there = _create(identifier := "EPD-round-trips")
    lagging = _create("EPD-lagging")
    # DynamoDB Local's indexes do not lag. A dossier without the attribute is not in the index: that looks the same.
    key = items.dossier_key(f"group-{EMPTY}", lagging)._asdict()
    world_.engine.client().update_item(
        TableName=PAIRS,
        Key={name: {"S": part} for name, part in key.items()},
        UpdateExpression="REMOVE external_identifier",
    )
    requests: list[tuple[str, int, Callable[[], Any]]] = [
        ("create", 2, lambda: _create("EPD-another")),
        ("identifier search, found", 2, lambda: _identified(identifier, [there])),
        ("identifier search, nothing there", 3, lambda: _identified("nobody", [])),
        ("identifier search, index lags", 4, lambda: _identified("EPD-lagging", [lagging])),
        ("name search in one group, one word", 2, lambda: _named(FIRSTNAME)),
        ("name search in one group, two words", 2, lambda: _named(f"{FIRSTNAME}+{LASTNAME}")),
    ]
    lines, reaches = [], []
    for what, most, ask in requests:
        spans, operations = _watched(ask)
        rounds = _rounds(spans)
        lines.append([what, str(rounds), str(len(operations)), ", ".join(operations)])
        reaches.append(Reach(f"round trips: {what}", rounds, most))
    how = (
        f"The handlers, in a process that has made its client before, with {_LATENCY * 1000:.0f} ms added to each "
        "request to DynamoDB Local: requests that are under way at the same time are one round trip."
    )
    return Row("Round trips", how, ["request", "round trips", "requests", "which"], lines, reaches)


def _create(identifier: str) -> str:
    body = {"dossier": {"external_identifier": identifier}, "person": {"firstname": "Johanna", "lastname": "de Vries"}}
    answer = call("POST", _path(EMPTY), body=json.dumps(body), sub=f"user-{EMPTY}")
    dossier_id: str = json.loads(answer["body"])["id"]
    return dossier_id


def _identified(identifier: str, expected: list[str]) -> None:
    answer = call("GET", _path(EMPTY), f"external_identifier={identifier}", sub=f"user-{EMPTY}")
    if [row[0] for row in answered_rows(answer)] != expected:
        raise RuntimeError(f"{identifier} finds another dossier")


def _named(name: str) -> None:
    answer = call("GET", _path(_SEARCHED), f"name={name}", sub=f"user-{_SEARCHED}")
    if not answered_rows(answer):
        raise RuntimeError(f"{name} finds nobody")


def _path(size: int) -> str:
    return GROUP.replace("{dossier_group_id}", f"group-{size}")


Span = tuple[float, float]


def _watched(ask: Callable[[], Any]) -> tuple[list[Span], list[str]]:
    """When each request to DynamoDB was under way, and what it was."""
    spans: list[Span] = []
    operations: list[str] = []

    def slowed(request: wire.Request, send: wire.Send) -> Response:
        started = monotonic()
        operations.append(request.operation)
        sleep(_LATENCY)
        answer = send()
        spans.append((started, monotonic()))
        return answer

    with wire.through(slowed):
        ask()
    return spans, operations


def _rounds(spans: list[Span]) -> int:
    """How many groups of overlapping spans there are."""
    rounds, until = 0, 0.0
    for started, ended in sorted(spans):
        if started >= until:
            rounds += 1
        until = max(until, ended)
    return rounds
