"""From the start of a process to its first answer, of functions as they are deployed."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from benchmarks import sides, world
from benchmarks.row import Reach, Row, Say
from benchmarks.sides import LIMIT, OURS, USUAL, Cost, Side
from benchmarks.timing import DEPTHS, Spread, in_turn
from benchmarks.world import World

_HEADER = ["request", "side", "CPU, ms", "clock, ms", "CPU, as multiple of the usual", "of the limit"]
_SMALL, _SEARCHED = 10, 1_000

Check = Callable[[dict[str, Any]], Any]


def lists(world_: World, say: Say) -> Row:
    """Index and search, beside the usual and the limit."""
    lines, reaches, data = [], [], {}
    for request, function, event, expected in (
        ("index", "IndexFunction", world.index(_SMALL), _SMALL),
        ("search", "SearchFunction", world.search(_SEARCHED), len(world.MATCHED)),
    ):
        say(f"cold starts of {request}, {len(DEPTHS)} rounds")
        compared = {
            OURS: sides.ours(function),
            USUAL: sides.baseline(USUAL, "usual"),
            LIMIT: sides.by_hand(LIMIT, "limit"),
        }
        spent = _in_turn(world_, compared, partial(dict, event), _same_rows(expected))
        lines += _lines(request, spent)
        data[request] = spent
        ours, usual, limit = (Spread.of(cost.cpu for cost in spent[side]).median for side in (OURS, USUAL, LIMIT))
        reaches += [
            Reach(f"{request}: CPU over the usual's", ours / usual, 0.15),
            Reach(f"{request}: CPU over the limit's", ours / limit, 2.5),
        ]
    how = (
        "Each side is a whole new process of Lambda's Python, from its start to its end: load the handler, answer one "
        f"event, print the answer. {len(DEPTHS)} processes of each side, in turn; medians, with quartiles. Each round "
        f"has another number of calls on the stack, 0 to {DEPTHS[-1]}. Index lists {_SMALL} dossiers; search looks for "
        f"two words in {_SEARCHED:,} and finds {len(world.MATCHED)}. All sides must give the same rows."
    )
    return Row("Cold start of index and search", how, _HEADER, lines, reaches, data)


def create(world_: World, say: Say) -> Row:
    """Create, beside the usual."""
    say(f"cold starts of create, {len(DEPTHS)} rounds")
    compared = {OURS: sides.ours("CreateFunction"), USUAL: sides.baseline(USUAL, "usual_create")}
    spent = _in_turn(world_, compared, world.create, _an_id)
    ours, usual = (Spread.of(cost.cpu for cost in spent[side]).median for side in (OURS, USUAL))
    how = (
        "As above. Each process creates another dossier, with a name of three words, an external identifier and an "
        "`Idempotency-Key`, in one transaction."
    )
    reaches = [Reach("create: CPU over the usual's", ours / usual, 0.26)]
    return Row("Cold start of create", how, _HEADER, _lines("create", spent), reaches, {"create": spent})


def _in_turn(
    world_: World, compared: Mapping[str, Side], event: Callable[[], dict[str, Any]], check: Check
) -> dict[str, list[Cost]]:
    def run(side: Side) -> Callable[[int], Cost]:
        def once(depth: int) -> Cost:
            answer, cost = side.cold(world_.engine, event(), depth)
            check(answer)
            return cost

        return once

    return in_turn({name: run(side) for name, side in compared.items()})


def _lines(request: str, spent: Mapping[str, list[Cost]]) -> list[list[str]]:
    medians = {side: Spread.of(cost.cpu for cost in costs).median for side, costs in spent.items()}
    return [
        [
            request,
            side,
            Spread.of(cost.cpu for cost in costs).text(1000),
            Spread.of(cost.wall for cost in costs).text(1000),
            f"{medians[side] / medians[USUAL]:.2f}",
            f"{medians[side] / medians[LIMIT]:.2f}" if LIMIT in medians else "–",
        ]
        for side, costs in spent.items()
    ]


def _same_rows(expected: int) -> Check:
    seen: list[Any] = []

    def check(answer: dict[str, Any]) -> None:
        found = sorted(world.answered_rows(answer))
        seen.append(found)
        if len(found) != expected or found != seen[0]:
            raise RuntimeError("the sides do not answer the same rows")

    return check


def _an_id(answer: dict[str, Any]) -> None:
    if answer["statusCode"] != 200:
        raise RuntimeError(f"not created: {answer}")
    UUID(json.loads(answer["body"])["id"])
