"""CPU of one request to a warm handler."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any

from benchmarks import events, implementations
from benchmarks.database import MATCH_COUNT, Database
from benchmarks.implementations import LIMIT, OURS, USUAL, UUID_PLACEHOLDER, Implementation
from benchmarks.responses import check_same_rows
from benchmarks.result import Log, Result, Target
from benchmarks.timing import DEPTHS, Spread, interleave

_CALLS = 40
_SIZE = 1_000
_HAND_WRITTEN, _POWERTOOLS = "hand-written router and requests", "Powertools and boto3 resource"
_LABELS = {USUAL: "usual: FastAPI, Mangum and boto3 resource", LIMIT: "limit: one signed request"}


def measure_searches(database: Database, log: Log) -> Result:
    """A search, compared with other implementations. Also the list of 100 dossiers, for the benchmark of costs."""
    log(f"warm searches, {len(DEPTHS)} rounds")
    searches = [
        implementations.ours("SearchFunction"),
        implementations.usual(USUAL, "fastapi"),
        implementations.usual(_POWERTOOLS, "usual"),
        implementations.hand_written(_HAND_WRITTEN, "limit"),
        implementations.hand_written(LIMIT, "one_request", "limit"),
    ]
    cpu = _measure(database, events.search(_SIZE), searches, expected_count=MATCH_COUNT)
    log(f"warm indexes, {len(DEPTHS)} rounds")
    indexes = [implementations.ours("IndexFunction"), implementations.usual(USUAL, "usual")]
    index_cpu = _measure(database, events.index(100), indexes, expected_count=100)

    header = ["implementation", "CPU, ms", "ratio to usual", "ratio to limit"]
    targets = [Target("warm search: CPU, ours / usual", cpu[OURS].median / cpu[USUAL].median, 0.45)]
    data = {"search": cpu, "index": index_cpu}
    return Result("Warm search", _describe_searches(), header, _lines(cpu, USUAL, LIMIT), targets, data)


def _describe_searches() -> str:
    return (
        f"A search for two words that finds {MATCH_COUNT} of {_SIZE:,} dossiers, after the read of the grant. CPU of "
        f"the process, all threads, for one request: the mean of {_CALLS} requests. {len(DEPTHS)} interleaved rounds; "
        "median, with quartiles in parentheses. Each round has a different depth of the call stack, 0 to "
        f"{DEPTHS[-1]}. The requests to DynamoDB Local use a real connection, without TLS. DynamoDB Local is another "
        "process, and its CPU is not included. The usual implementations search an index of single words. The limit "
        "does not check the grant."
    )


def measure_creates(database: Database, log: Log) -> Result:
    """A create, compared with other implementations."""
    log(f"warm creates, {len(DEPTHS)} rounds")
    creates = [
        implementations.ours("CreateFunction"),
        implementations.usual(USUAL, "fastapi_create"),
        implementations.usual(_POWERTOOLS, "usual_create"),
    ]
    cpu = _measure(database, events.create(UUID_PLACEHOLDER), creates)
    header = ["implementation", "CPU, ms", "ratio to usual"]
    targets = [Target("warm create: CPU, ours / usual", cpu[OURS].median / cpu[USUAL].median, 0.7)]
    return Result("Warm create", _describe_creates(), header, _lines(cpu, USUAL), targets, {"create": cpu})


def _describe_creates() -> str:
    return (
        "Measured like the warm search. Each call creates another dossier, with a name of three words, an external "
        "identifier and an `Idempotency-Key`. Ours writes ten items, six of them for the name. The usual "
        "implementations write seven, three of them for the name."
    )


def _measure(
    database: Database, event: dict[str, Any], compared: Iterable[Implementation], expected_count: int | None = None
) -> dict[str, Spread]:
    """The CPU seconds of one request. `expected_count`: of the rows, if the event requests a list."""
    with ExitStack() as stack:
        processes = {one.name: stack.enter_context(one.start_warm(database.engine, event)) for one in compared}
        if expected_count is not None:
            check_same_rows((one.first_response for one in processes.values()), expected_count=expected_count)
        cpu = interleave({name: partial(process.measure_cpu, _CALLS) for name, process in processes.items()})
    return {name: Spread.of(seconds) for name, seconds in cpu.items()}


def _lines(cpu: Mapping[str, Spread], *references: str) -> list[list[str]]:
    """A line for each implementation, with the ratios to the references."""
    return [
        [
            _LABELS.get(name, name),
            spread.text(1000, 2),
            *(f"{spread.median / cpu[reference].median:.2f}" for reference in references),
        ]
        for name, spread in cpu.items()
    ]
