"""CPU of a handler for one request, when its process is warm."""

from collections.abc import Iterable
from contextlib import ExitStack
from functools import partial
from typing import Any

from benchmarks import sides, world
from benchmarks.row import Reach, Row, Say
from benchmarks.sides import EACH_TIME, LIMIT, OURS, USUAL, Side
from benchmarks.timing import DEPTHS, Spread, in_turn
from benchmarks.world import World

_CALLS = 40
_SEARCHED = 1_000
_HAND_WRITTEN, _POWERTOOLS = "router and requests by hand", "Powertools and boto3 resource"


def searches(world_: World, say: Say) -> Row:
    """A search, beside the usual and the limit; of a short index what the costs are reckoned from."""
    say(f"warm searches, {len(DEPTHS)} rounds")
    spent = _spent(
        world_,
        world.search(_SEARCHED),
        [
            sides.ours("SearchFunction"),
            sides.baseline(USUAL, "fastapi"),
            sides.baseline(_POWERTOOLS, "usual"),
            sides.by_hand(_HAND_WRITTEN, "limit"),
            sides.by_hand(LIMIT, "one_request", "limit"),
        ],
    )
    say("warm indexes")
    indexes = _spent(world_, world.index(100), [sides.ours("IndexFunction"), sides.baseline(USUAL, "usual")])

    names = {USUAL: "usual: FastAPI, Mangum and boto3 resource", LIMIT: "limit: one signed request"}
    usual, limit = spent[USUAL].median, spent[LIMIT].median
    lines = [
        [names.get(side, side), spread.text(1000, 2), f"{spread.median / usual:.2f}", f"{spread.median / limit:.2f}"]
        for side, spread in spent.items()
    ]
    how = (
        f"A search for two words that finds {len(world.MATCHED)} of {_SEARCHED:,} dossiers, the grant read first. CPU "
        f"of the process, all its threads, for one request (mean of {_CALLS}); medians of {len(DEPTHS)} rounds in "
        f"turn, with quartiles. Each round has another number of calls on the stack, 0 to {DEPTHS[-1]}. Over a real "
        "connection, without TLS, to DynamoDB Local, whose own CPU is that of another process. The usual searches an "
        "index of single words; the limit does not check the grant."
    )
    reaches = [Reach("warm search: CPU over the usual's", spent[OURS].median / usual, 0.45)]
    header = ["side", "CPU, ms", "as multiple of the usual", "of the limit"]
    return Row("A warm search", how, header, lines, reaches, {"search": spent, "index": indexes})


def creates(world_: World, say: Say) -> Row:
    """A create, beside the usual."""
    say(f"warm creates, {len(DEPTHS)} rounds")
    spent = _spent(
        world_,
        world.create(EACH_TIME),
        [
            sides.ours("CreateFunction"),
            sides.baseline(USUAL, "fastapi_create"),
            sides.baseline(_POWERTOOLS, "usual_create"),
        ],
    )
    names = {USUAL: "usual: FastAPI, Mangum and boto3 resource"}
    usual = spent[USUAL].median
    lines = [
        [names.get(side, side), spread.text(1000, 2), f"{spread.median / usual:.2f}"] for side, spread in spent.items()
    ]
    how = (
        "A create with a name of three words, an external identifier and an `Idempotency-Key`, of another dossier at "
        "each call. Measured as the warm search. Ours writes ten items, six of them for the name; the usual ones write "
        "seven, three of them for the name."
    )
    reaches = [Reach("warm create: CPU over the usual's", spent[OURS].median / usual, 0.7)]
    return Row("A warm create", how, ["side", "CPU, ms", "as multiple of the usual"], lines, reaches, {"create": spent})


def _spent(world_: World, event: dict[str, Any], compared: Iterable[Side]) -> dict[str, Spread]:
    with ExitStack() as stack:
        warm = {side.name: stack.enter_context(side.warm(world_.engine, event)) for side in compared}
        if "name=" in event["rawQueryString"]:
            answers = [sorted(world.answered_rows(process.answer)) for process in warm.values()]
            if any(rows != answers[0] for rows in answers):
                raise RuntimeError("the sides do not answer the same rows")
        taken = in_turn({name: partial(process.cpu, _CALLS) for name, process in warm.items()})
    return {name: Spread.of(seconds) for name, seconds in taken.items()}
