"""Cold starts of the functions as they are deployed: from the start of a process to its first response."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from benchmarks import events, implementations
from benchmarks.database import MATCH_COUNT, Database
from benchmarks.implementations import LIMIT, OURS, USUAL, Implementation, ProcessTime
from benchmarks.responses import check_same_rows, extract_id
from benchmarks.result import Log, Result, Target
from benchmarks.timing import DEPTHS, Spread, interleave

_HEADER = ["request", "implementation", "CPU, ms", "wall clock, ms", "CPU / usual", "CPU / limit"]
_LIST_SIZE, _SEARCH_SIZE = 10, 1_000

Times = Mapping[str, list[ProcessTime]]
"""Implementation -> the times of its processes."""


def measure_lists(database: Database, log: Log) -> Result:
    """Index and search, compared with the usual implementation and with the limit."""
    lines, targets, data = [], [], {}
    for request, function, event, expected_count in (
        ("index", "IndexFunction", events.index(_LIST_SIZE), _LIST_SIZE),
        ("search", "SearchFunction", events.search(_SEARCH_SIZE), MATCH_COUNT),
    ):
        log(f"cold starts of {request}, {len(DEPTHS)} rounds")
        compared = [
            implementations.ours(function),
            implementations.usual(USUAL, "usual"),
            implementations.hand_written(LIMIT, "limit"),
        ]
        times = _measure(database, compared, partial(dict, event), _RowsCheck(expected_count))
        lines += _lines(request, times)
        data[request] = times
        medians = _cpu_medians(times)
        targets += [
            Target(f"cold {request}: CPU, ours / usual", medians[OURS] / medians[USUAL], 0.15),
            Target(f"cold {request}: CPU, ours / limit", medians[OURS] / medians[LIMIT], 2.5),
        ]
    return Result("Cold start of index and search", _describe_lists(), _HEADER, lines, targets, data)


def _describe_lists() -> str:
    return (
        "Each measurement is a new process of Lambda's Python, from its start to its end. The process loads the "
        f"handler, handles one event and prints the response. {len(DEPTHS)} interleaved rounds; median, with quartiles "
        f"in parentheses. Each round has a different depth of the call stack, 0 to {DEPTHS[-1]}. Index lists "
        f"{_LIST_SIZE} dossiers. Search looks for two words in {_SEARCH_SIZE:,} dossiers and finds {MATCH_COUNT}. All "
        "implementations must return the same rows."
    )


def measure_create(database: Database, log: Log) -> Result:
    """Create, compared with the usual implementation."""
    log(f"cold starts of create, {len(DEPTHS)} rounds")
    compared = [implementations.ours("CreateFunction"), implementations.usual(USUAL, "usual_create")]
    times = _measure(database, compared, events.create, extract_id)
    medians = _cpu_medians(times)
    targets = [Target("cold create: CPU, ours / usual", medians[OURS] / medians[USUAL], 0.26)]
    lines = _lines("create", times)
    return Result("Cold start of create", _describe_create(), _HEADER, lines, targets, {"create": times})


def _describe_create() -> str:
    return (
        "Measured like index and search. Each process creates another dossier, with a name of three words, an external "
        "identifier and an `Idempotency-Key`, in one transaction."
    )


def _measure(
    database: Database,
    compared: list[Implementation],
    make_event: Callable[[], dict[str, Any]],
    check: Callable[[dict[str, Any]], Any],
) -> dict[str, list[ProcessTime]]:
    def run(implementation: Implementation, depth: int) -> ProcessTime:
        response, time = implementation.run_cold(database.engine, make_event(), depth)
        check(response)
        return time

    return interleave({implementation.name: partial(run, implementation) for implementation in compared})


def _cpu_medians(times: Times) -> dict[str, float]:
    return {name: Spread.of(time.cpu for time in own).median for name, own in times.items()}


def _lines(request: str, times: Times) -> list[list[str]]:
    medians = _cpu_medians(times)
    return [
        [
            request,
            name,
            Spread.of(time.cpu for time in own).text(1000),
            Spread.of(time.wall for time in own).text(1000),
            f"{medians[name] / medians[USUAL]:.2f}",
            f"{medians[name] / medians[LIMIT]:.2f}" if LIMIT in medians else "–",
        ]
        for name, own in times.items()
    ]


class _RowsCheck:
    """Checks that each response has the same rows as the first response."""

    def __init__(self, expected_count: int) -> None:
        self._expected_count = expected_count
        self._first: dict[str, Any] | None = None

    def __call__(self, response: dict[str, Any]) -> None:
        self._first = self._first or response
        check_same_rows([self._first, response], expected_count=self._expected_count)
