"""What requests cost at AWS's list prices, from counted units and measured CPU, beside two other designs."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from benchmarks import wire, world
from benchmarks.generated import size
from benchmarks.people import People
from benchmarks.row import Row
from benchmarks.search_reads import SCAN, WORD_INDEX, Read
from benchmarks.sides import OURS
from benchmarks.timing import Spread
from benchmarks.world import World
from dossiers.storage.exchange import Response
from dossiers.storage.items import Item
from local import template
from tests.handlers import call
from tests.recording import Recording

PRICES = json.loads((Path(__file__).parent / "prices.json").read_text())

LISTED = 100
"""Rows of the index that is reckoned with."""
LATENCY = 0.005
"""Seconds that Lambda waits for each round trip to DynamoDB, and is paid for."""
_MILLION = 1_000_000
_SMALLEST, _LARGEST = 1_000, 1_000_000
_KB = 1024
_OVERHEAD = 100
"""Bytes that DynamoDB stores beside each item, and charges."""


@dataclass(frozen=True)
class Work:
    """What one request takes. `waits`: round trips to DynamoDB, one after the other."""

    cpu: float
    waits: int
    reads: float = 0
    writes: float = 0

    def price(self) -> tuple[float, float, float]:
        """Of a request: API Gateway, Lambda, DynamoDB."""
        gigabytes = template.load()["Globals"]["Function"]["MemorySize"] / 1024
        billed = ceil((self.cpu + self.waits * LATENCY) * 1000) / 1000
        return (
            PRICES["http_api_request"],
            PRICES["lambda_request"] + billed * gigabytes * PRICES["lambda_gb_second_arm64"],
            self.reads * PRICES["dynamodb_read_unit"] + self.writes * PRICES["dynamodb_write_unit"],
        )


def reckoned(world_: World, cpu: Mapping[str, Mapping[str, Spread]], read: Mapping[str, Mapping[int, Read]]) -> Row:
    """The three requests in the three designs. `cpu`: of warm handlers; `read`: by searches, both as measured."""
    seconds = {request: sides[OURS].median for request, sides in cpu.items()}
    # Each request to DynamoDB takes about the same CPU; the pages of a longer read come one after the other.
    each = seconds["search"] / read[OURS][_LARGEST].requests
    writes = _writes_of_create()
    index = Work(seconds["index"], 2, reads=_units_of_index(world_))
    work = {f"index of {LISTED}": dict.fromkeys((OURS, WORD_INDEX, SCAN), index)}
    for size_ in (_SMALLEST, _LARGEST):
        work[f"search in {size_:,}"] = {
            OURS: Work(seconds["search"], 2, reads=read[OURS][size_].units),
            **{
                design: Work(each * found.requests, found.requests, found.units)
                for design, found in ((design, read[design][size_]) for design in (WORD_INDEX, SCAN))
            },
        }
    work["create"] = {design: Work(seconds["create"], 2, 1, units) for design, units in writes.items()}
    lines, totals = [], {}
    for request, designs in work.items():
        for design, one in designs.items():
            price = [part * _MILLION for part in one.price()]
            totals[request, design] = sum(price)
            units = f"{one.reads:,.0f} read" + (f", {one.writes:,.0f} write" if one.writes else "")
            lines.append([request, design, units, *(f"{part:,.2f}" for part in (*price, sum(price)))])
    header = ["a million of", "design", "units each", "API Gateway, $", "Lambda, $", "DynamoDB, $", "together, $"]
    return Row("Cost", _how(totals), header, lines)


def _how(totals: Mapping[tuple[str, str], float]) -> str:
    dearer = totals["create", OURS] - totals["create", WORD_INDEX]
    searches = {size_: totals[f"search in {size_:,}", WORD_INDEX] for size_ in (_SMALLEST, _LARGEST)}
    saved = searches[_LARGEST] - totals[f"search in {_LARGEST:,}", OURS]
    cheaper = "is" if searches[_SMALLEST] < totals[f"search in {_SMALLEST:,}", OURS] else "is not"
    stored = {design: _stored(items_of) for design, items_of in _designs().items()}
    storage = ", ".join(f"{design} {bytes_:,.0f} (${_month(bytes_):.2f})" for design, bytes_ in stored.items())
    assumed = [
        f"prices: {PRICES['source']} They are in `benchmarks/prices.json`.",
        f"index: {LISTED} dossiers in one group",
        "search: two words that three people have, the most common first and last name, counted as above",
        "create: a name of three words, an external identifier and an `Idempotency-Key`; the items that the handler "
        "sends, of less than 1 KB: two units each in a transaction, and one for the index of identifiers",
        "Lambda: warm; the CPU measured here, as if an arm64 processor at the template's memory took as long, and "
        f"{LATENCY * 1000:.0f} ms for each round trip to DynamoDB (assumed), rounded up to milliseconds. The other "
        "designs are taken to need the same CPU for each request to DynamoDB.",
        "not in it: cold starts, storage, logs, traces, the key of the table, and data sent to clients",
    ]
    return "\n".join(
        [
            f"A million requests each, in {PRICES['currency']}, region {PRICES['region']}.",
            "",
            *(f"- {line}" for line in assumed),
            "",
            f"A million creates cost ${dearer:.2f} more than with an index of words, and "
            f"{dearer / saved * _MILLION:,.0f} searches for a common name in a group of {_LARGEST:,} save as much. In "
            f"a group of {_SMALLEST:,} an index of words {cheaper} the cheaper one to search.",
            "",
            "Bytes stored for a dossier, with the hundred that DynamoDB adds to an item and without the items that all "
            f"designs have alike (and what a million dossiers cost a month): {storage}.",
        ]
    )


def _month(bytes_: float) -> float:
    return float(bytes_ * _MILLION / 1e9 * PRICES["dynamodb_gb_month"])


def _units_of_index(world_: World) -> float:
    recording = Recording(world_.engine.endpoint)
    with world_.handlers_over(recording):
        answer = call("GET", world.INDEX, sub=f"user-{LISTED}")
    if len(world.answered_rows(answer)) != LISTED:
        raise RuntimeError("not the whole list")
    return recording.capacity


def _writes_of_create() -> dict[str, float]:
    """Write units of a create: of ours counted in what the handler sends, of the others from the number of items."""
    transactions: list[dict[str, Any]] = []

    def watched(request: wire.Request, send: wire.Send) -> Response:
        if request.operation == "TransactWriteItems":
            transactions.append(json.loads(request.body))
        return send()

    event = world.create()
    with wire.through(watched):
        answer = call(
            "POST",
            event["rawPath"],
            body=event["body"],
            headers=event["headers"],
            sub=f"user-{world.EMPTY}",
        )
    if answer["statusCode"] != 200:
        raise RuntimeError(f"not created: {answer}")
    (transaction,) = transactions
    sizes = [len(json.dumps(put["Put"]["Item"])) for put in transaction["TransactItems"]]
    if max(sizes) > _KB:
        raise RuntimeError("an item of more than 1 KB")
    words = ["johanna", "de", "vries"]
    pairs = len(words) * (len(words) + 1) // 2
    others = len(sizes) - pairs
    in_index = 1
    return {
        OURS: 2 * len(sizes) + in_index,
        WORD_INDEX: 2 * (others + len(words)) + in_index,
        SCAN: 2 * others + in_index,
    }


def _designs() -> dict[str, Callable[[str, Any], list[Item]]]:
    return {
        OURS: lambda group, one: list(world.pair_items(group, one, searchable=True)),
        WORD_INDEX: lambda group, one: list(world.word_items(group, one, searchable=True)),
        SCAN: lambda group, one: list(world.word_items(group, one, searchable=False)),
    }


def _stored(items_of: Callable[[str, Any], list[Item]]) -> float:
    """Bytes for one dossier, the mean of some; without the items that all designs have alike."""
    people = People(1_000)
    made = [item for one in people for item in items_of("noord", one)]
    return sum(size(item) + _OVERHEAD for item in made) / people.size
