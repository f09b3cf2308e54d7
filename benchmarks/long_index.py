"""CPU from the bytes that DynamoDB sent to the body of a long list."""

from contextlib import ExitStack
from functools import partial

from benchmarks import sides, world
from benchmarks.row import Reach, Row, Say
from benchmarks.sides import LIMIT, OURS, USUAL
from benchmarks.timing import DEPTHS, Spread, in_turn
from benchmarks.world import World

SIZES = (100, 1_000, 3_000, 10_000)
_LONGEST = SIZES[-1]


def measured(world_: World, say: Say) -> Row:
    """The list of whole groups, beside the usual and the limit."""
    spent: dict[int, dict[str, Spread]] = {}
    lines = []
    for size in SIZES:
        say(f"the list of {size:,} rows, {len(DEPTHS)} rounds")
        spent[size] = _spent(world_, size)
        limit = spent[size][LIMIT].median
        lines += [
            [f"{size:,}", side, spread.text(1000, 2), f"{spread.median / limit:.2f}"]
            for side, spread in spent[size].items()
        ]
    how = (
        "One warm process of Lambda's Python for each side, asked in turn; CPU of the handler, all its threads; "
        f"medians of {len(DEPTHS)} rounds, with quartiles. The network is replaced where a request would be sent: each "
        "is answered by the very bytes that DynamoDB Local sent to it before. Inside the measured "
        "span are, for ours and the usual, the whole handler: routing, the read of the grants, signing, parsing, the "
        "body, the log and the metrics. The limit has its pages as bytes in memory, and only parses and joins. No side "
        "compresses."
    )
    medians = {side: spread.median for side, spread in spent[_LONGEST].items()}
    reaches = [Reach(f"list of {_LONGEST:,} rows: CPU over the limit's", medians[OURS] / medians[LIMIT], 1.6)]
    header = ["rows", "side", "CPU, ms", "as multiple of the limit"]
    return Row("Index of 10,000 rows", how, header, lines, reaches, {"spent": spent})


def _spent(world_: World, size: int) -> dict[str, Spread]:
    event = world.index(size)
    compared = (
        sides.ours("IndexFunction"),
        sides.baseline(USUAL, "usual"),
        sides.by_hand(LIMIT, "join", "limit", GROUP=f"group-{size}"),
    )
    with ExitStack() as stack:
        warm = {
            side.name: stack.enter_context(side.warm(world_.engine, event, recorded=side.name != LIMIT))
            for side in compared
        }
        answers = [sorted(world.answered_rows(process.answer)) for process in warm.values()]
        if any(rows != answers[0] for rows in answers) or len(answers[0]) != size:
            raise RuntimeError("the sides do not answer the same rows")
        calls = max(4, 4_000 // size)
        taken = in_turn({name: partial(process.cpu, calls) for name, process in warm.items()})
    return {name: Spread.of(seconds) for name, seconds in taken.items()}
