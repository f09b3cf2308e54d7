"""Cost of requests at AWS's list prices, from counted units and measured CPU, in three designs of the table."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from benchmarks import database as tables
from benchmarks import events
from benchmarks.counting import Counts
from benchmarks.database import EMPTY, Database
from benchmarks.generated_group import size as size_of
from benchmarks.implementations import OURS
from benchmarks.interception import Request, Send, intercept
from benchmarks.people import Dossier, People
from benchmarks.responses import extract_id, extract_rows
from benchmarks.result import Result
from benchmarks.round_trips import READINGS
from benchmarks.search_reads import SCAN, WORD_INDEX, SearchReads
from benchmarks.timing import Spread
from dossiers.storage.exchange import Response
from dossiers.storage.items import Item
from local import template
from tests.handlers import call
from tests.recording import Recording

PRICES = json.loads((Path(__file__).parent / "prices.json").read_text())

LIST_SIZE = 100
"""Rows of the list whose cost is computed."""
OTHERS = (
    *("identifier search, found", *(f"name search, {count} reading{'s' * (count > 1)}" for count in READINGS)),
    *("list of groups", "show", "update, a field outside the row", "update, another last name"),
    *("update, nine other words", "delete"),
)
"""The requests whose cost is computed from the counts of round_trips.py."""
LATENCY = 0.005
"""Seconds that Lambda waits for each round trip to DynamoDB, and bills."""
_MILLION = 1_000_000
_SMALLEST, _LARGEST = 1_000, 1_000_000
_KB = 1024
_ITEM_OVERHEAD = 100
"""Bytes that DynamoDB adds to each stored item, and bills."""


@dataclass(frozen=True)
class Usage:
    """What one request uses. `cpu`: seconds; `round_trips`: to DynamoDB, in sequence; `reads` and `writes`: units."""

    cpu: float
    round_trips: int
    reads: float = 0
    writes: float = 0

    def prices(self) -> tuple[float, float, float]:
        """The price of the request at API Gateway, Lambda and DynamoDB, in the currency of prices.json."""
        gigabytes = template.load()["Globals"]["Function"]["MemorySize"] / 1024
        billed = ceil((self.cpu + self.round_trips * LATENCY) * 1000) / 1000
        return (
            PRICES["http_api_request"],
            PRICES["lambda_request"] + billed * gigabytes * PRICES["lambda_gb_second_arm64"],
            self.reads * PRICES["dynamodb_read_unit"] + self.writes * PRICES["dynamodb_write_unit"],
        )


def estimate(
    database: Database,
    cpu: Mapping[str, Mapping[str, Spread]],
    reads: Mapping[str, Mapping[int, SearchReads]],
    counted: Mapping[str, Counts],
) -> Result:
    """The cost of a list, a search and a create in each design, and of the other requests in ours.

    `cpu`: request -> implementation -> seconds of a warm handler. `reads`: design -> size of the group -> what a search
    reads. `counted`: request -> what it sends to DynamoDB.
    """
    lines, totals = [], {}
    usages = _usages(database, cpu, reads) | {name: {OURS: _usage(cpu, counted[name])} for name in OTHERS}
    for request, designs in usages.items():
        for design, usage in designs.items():
            prices = [price * _MILLION for price in usage.prices()]
            totals[request, design] = sum(prices)
            reads_text = f"{usage.reads:,.1f}".removesuffix(".0")
            units = f"{reads_text} read" + (f", {usage.writes:,.0f} write" if usage.writes else "")
            lines.append([request, design, units, *(f"{price:,.2f}" for price in (*prices, sum(prices)))])
    header = ["request", "design", "units per request", "API Gateway, $", "Lambda, $", "DynamoDB, $", "total, $"]
    return Result("Cost", _describe(totals), header, lines)


def _usage(cpu: Mapping[str, Mapping[str, Spread]], counts: Counts) -> Usage:
    """The usage of a request whose CPU was not measured: that of a search, or if it writes that of a create."""
    seconds = cpu["create" if counts.writes else "search"][OURS].median
    return Usage(seconds, counts.round_trips, counts.reads, counts.writes)


def _usages(
    database: Database, cpu: Mapping[str, Mapping[str, Spread]], reads: Mapping[str, Mapping[int, SearchReads]]
) -> dict[str, dict[str, Usage]]:
    """Request -> design -> usage."""
    seconds = {request: implementations[OURS].median for request, implementations in cpu.items()}
    # Each request to DynamoDB takes about the same CPU. The pages of a long read follow each other.
    seconds_per_request = seconds["search"] / reads[OURS][_LARGEST].requests
    index = Usage(seconds["index"], 2, reads=_count_index_units(database))
    usages = {f"index of {LIST_SIZE}": dict.fromkeys((OURS, WORD_INDEX, SCAN), index)}
    for size in (_SMALLEST, _LARGEST):
        usages[f"search in {size:,}"] = {
            OURS: Usage(seconds["search"], 2, reads=reads[OURS][size].units),
            **{
                design: Usage(seconds_per_request * read.requests, read.requests, read.units)
                for design, read in ((design, reads[design][size]) for design in (WORD_INDEX, SCAN))
            },
        }
    usages["create"] = {
        design: Usage(seconds["create"], 2, 1, units) for design, units in _count_create_units().items()
    }
    return usages


def _describe(totals: Mapping[tuple[str, str], float]) -> str:
    extra = totals["create", OURS] - totals["create", WORD_INDEX]
    searches = {size: totals[f"search in {size:,}", WORD_INDEX] for size in (_SMALLEST, _LARGEST)}
    saved = searches[_LARGEST] - totals[f"search in {_LARGEST:,}", OURS]
    cheaper = "less" if searches[_SMALLEST] < totals[f"search in {_SMALLEST:,}", OURS] else "not less"
    stored = {design: _stored_bytes(build_items) for design, build_items in _designs().items()}
    storage = ", ".join(f"{design} {bytes_:,.0f} (${_monthly_price(bytes_):.2f})" for design, bytes_ in stored.items())
    assumptions = [
        f"prices: {PRICES['source']} They are in `benchmarks/prices.json`.",
        f"index: {LIST_SIZE} dossiers in one group",
        f"search: for two words that {tables.MATCH_COUNT} people have, the most common first and last name; the units "
        "are those counted above",
        "create: a name of three words, an external identifier and an `Idempotency-Key`. Each item that the handler "
        "sends has less than 1 KB and costs two write units in a transaction. The index of identifiers costs one more.",
        "the other requests: as counted under round trips. Their CPU was not measured: it is assumed to be that of a "
        "search, or of a create if they write.",
        "Lambda: a warm function. The CPU is the CPU measured here, as if an arm64 processor at the template's memory "
        f"took as long. Each round trip to DynamoDB is assumed to take {LATENCY * 1000:.0f} ms. The sum is rounded up "
        "to milliseconds. The other designs are assumed to need the same CPU for each request to DynamoDB.",
        "not included: cold starts, storage, logs, traces, the key of the table, and data sent to clients",
    ]
    return "\n".join(
        [
            f"Cost of a million requests, in {PRICES['currency']}, in the region {PRICES['region']}. Assumptions:",
            "",
            *(f"- {assumption}" for assumption in assumptions),
            "",
            f"A million creates cost ${extra:.2f} more than with a word index. {extra / saved * _MILLION:,.0f} "
            f"searches for a common name in a group of {_LARGEST:,} save the same amount. In a group of {_SMALLEST:,} "
            f"a search with a word index costs {cheaper}.",
            "",
            f"Stored bytes per dossier, with the {_ITEM_OVERHEAD} bytes that DynamoDB adds to each item, and in "
            "parentheses the price of a million dossiers for a month. Items that are the same in all designs are not "
            f"included. {storage[0].upper()}{storage[1:]}.",
        ]
    )


def _monthly_price(bytes_: float) -> float:
    """The price of a million dossiers of so many bytes, stored for a month."""
    return float(bytes_ * _MILLION / 1e9 * PRICES["dynamodb_gb_month"])


def _count_index_units(database: Database) -> float:
    recording = Recording(database.engine.endpoint)
    with database.use_transport(recording):
        response = call("GET", events.INDEX_PATH, sub=f"user-{LIST_SIZE}")
    if len(extract_rows(response)) != LIST_SIZE:
        raise RuntimeError("not the whole list")
    return recording.read_units


def _count_create_units() -> dict[str, float]:
    """Design -> write units of a create: ours from the items that the handler sends, the others from their number."""
    transactions: list[dict[str, Any]] = []

    def record(request: Request, send: Send) -> Response:
        if request.operation == "TransactWriteItems":
            transactions.append(json.loads(request.body))
        return send()

    event = events.create()
    with intercept(record):
        response = call("POST", event["rawPath"], body=event["body"], headers=event["headers"], sub=f"user-{EMPTY}")
    extract_id(response)
    (transaction,) = transactions
    sizes = [len(json.dumps(put["Put"]["Item"])) for put in transaction["TransactItems"]]
    if max(sizes) > _KB:
        raise RuntimeError("an item has more than 1 KB")
    words = ["johanna", "de", "vries"]
    pairs = len(words) * (len(words) + 1) // 2
    others = len(sizes) - pairs
    in_index = 1
    return {
        OURS: 2 * len(sizes) + in_index,
        WORD_INDEX: 2 * (others + len(words)) + in_index,
        SCAN: 2 * others + in_index,
    }


BuildItems = Callable[[str, Dossier], list[Item]]
"""From a group and a dossier to the items that differ between the designs."""


def _designs() -> dict[str, BuildItems]:
    return {
        OURS: lambda group, one: list(tables.pair_items(group, one, searchable=True)),
        WORD_INDEX: lambda group, one: list(tables.word_items(group, one, searchable=True)),
        SCAN: lambda group, one: list(tables.word_items(group, one, searchable=False)),
    }


def _stored_bytes(build_items: BuildItems) -> float:
    """The mean of the stored bytes per dossier."""
    people = People(1_000)
    items = [item for one in people for item in build_items("noord", one)]
    return sum(size_of(item) + _ITEM_OVERHEAD for item in items) / people.size
