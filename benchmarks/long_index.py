"""CPU of a long list: from the bytes of DynamoDB's responses to the body."""

from contextlib import ExitStack
from functools import partial

from benchmarks import events, implementations
from benchmarks.database import Database
from benchmarks.implementations import LIMIT, OURS, USUAL
from benchmarks.responses import check_same_rows
from benchmarks.result import Log, Result, Target
from benchmarks.timing import DEPTHS, Spread, interleave

SIZES = (100, 1_000, 3_000, 10_000)
_LONGEST = SIZES[-1]


def measure(database: Database, log: Log) -> Result:
    """Lists of whole groups, compared with the usual implementation and with the limit."""
    cpu: dict[int, dict[str, Spread]] = {}
    lines = []
    for size in SIZES:
        log(f"the list of {size:,} rows, {len(DEPTHS)} rounds")
        cpu[size] = _measure_size(database, size)
        limit = cpu[size][LIMIT].median
        lines += [
            [f"{size:,}", name, spread.text(1000, 2), f"{spread.median / limit:.2f}"]
            for name, spread in cpu[size].items()
        ]
    ratio = cpu[_LONGEST][OURS].median / cpu[_LONGEST][LIMIT].median
    targets = [Target(f"list of {_LONGEST:,} rows: CPU, ours / limit", ratio, 1.6)]
    header = ["rows", "implementation", "CPU, ms", "ratio to limit"]
    return Result("Index of 10,000 rows", _describe(), header, lines, targets, {"cpu": cpu})


def _describe() -> str:
    return (
        "One warm process of Lambda's Python for each implementation. CPU of the handler, all threads. "
        f"{len(DEPTHS)} interleaved rounds; median, with quartiles in parentheses. Where a request would be sent to "
        "DynamoDB Local, its recorded response to the same request is returned. Ours and usual include the whole "
        "handler: routing, the read of the grants, signing, parsing, the body, the log and the metrics. The limit has "
        "DynamoDB's responses as bytes in memory, parses them and joins the rows. No implementation compresses."
    )


def _measure_size(database: Database, size: int) -> dict[str, Spread]:
    event = events.index(size)
    compared = (
        implementations.ours("IndexFunction"),
        implementations.usual(USUAL, "usual"),
        implementations.hand_written(LIMIT, "join", "limit", GROUP=f"group-{size}"),
    )
    with ExitStack() as stack:
        processes = {
            one.name: stack.enter_context(one.start_warm(database.engine, event, recorded=one.name != LIMIT))
            for one in compared
        }
        check_same_rows((one.first_response for one in processes.values()), expected_count=size)
        calls = max(4, 4_000 // size)
        cpu = interleave({name: partial(process.measure_cpu, calls) for name, process in processes.items()})
    return {name: Spread.of(seconds) for name, seconds in cpu.items()}
