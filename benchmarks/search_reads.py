"""What a search reads and what DynamoDB charges for it, counted in groups of a thousand to a million dossiers.

Three designs are compared: the service, an index of single words, and a scan of the group.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import Any

from benchmarks.database import MATCH_COUNT, SEARCHABLE_SIZES, Database, word_items
from benchmarks.generated_group import UNIT, GeneratedGroup
from benchmarks.generated_group import size as size_of
from benchmarks.implementations import OURS, WORDS
from benchmarks.interception import intercept
from benchmarks.people import FIRSTNAME, LASTNAME, People
from benchmarks.result import Log, Result, Target
from dossiers.domain.deadline import NEVER
from dossiers.storage import connection
from tests.handlers import call
from tests.recording import Recording

SIZES = (1_000, 10_000, 100_000, 1_000_000)
WORD_INDEX, SCAN = "word index", "scan"
_DESIGNS = (OURS, WORD_INDEX, SCAN)
_SAMPLE_SIZE = 1_000
_ONE, _TWO = [FIRSTNAME.lower()], [LASTNAME.lower(), FIRSTNAME.lower()]
"""The words of the two searches, the rarer word first."""


@dataclass(frozen=True)
class SearchReads:
    """What one search returned and read: rows, items, capacity units, and requests to DynamoDB."""

    rows: int
    items: int
    units: float
    requests: int

    @property
    def items_per_row(self) -> float:
        return self.items / self.rows


Search = Callable[[int, list[str]], SearchReads]
"""Searches the group of a size for words, the rarer word first."""

_Counts = Mapping[tuple[int, int, str], SearchReads]
"""Size of the group, number of words, design -> what the search read."""


def measure(database: Database, log: Log) -> tuple[Result, Result]:
    """The items read for each row that is returned, and the capacity."""
    searches = _searches(database)
    counts: dict[tuple[int, int, str], SearchReads] = {}
    for size in SIZES:
        log(f"searches in a group of {size:,}")
        group = GeneratedGroup(size)
        for words in (_ONE, _TWO):
            for design, search in searches.items():
                with intercept(group.respond):
                    generated = counts[size, len(words), design] = search(size, words)
                if size in SEARCHABLE_SIZES:
                    _check_equal(generated=generated, counted=search(size, words))
    return _items(counts), _capacity(counts)


def _check_equal(*, generated: SearchReads, counted: SearchReads) -> None:
    """Raise RuntimeError unless the generated group returns and charges what DynamoDB Local counts.

    DynamoDB Local does not end a filtered page at 1 MB. DynamoDB does, and rounds each page up to a whole unit.
    """
    pages = generated.requests - counted.requests
    same = (generated.rows, generated.items) == (counted.rows, counted.items)
    if not same or not 0 <= generated.units - counted.units <= pages:
        raise RuntimeError(f"DynamoDB Local: {counted}; the generated group: {generated}")


def _items(counts: _Counts) -> Result:
    lines = [
        [
            f"{words}",
            f"{size:,}",
            f"{counts[size, words, OURS].rows:,}",
            *(f"{counts[size, words, design].items_per_row:,.2f}" for design in _DESIGNS),
        ]
        for words in (1, 2)
        for size in SIZES
    ]
    most = {words: max(counts[size, words, OURS].items_per_row for size in SIZES) for words in (1, 2)}
    targets = [
        Target(f"items read per row returned, {words} word{'s' * (words > 1)}", most[words], 1) for words in most
    ]
    header = ["words", "dossiers in the group", "rows returned", *_DESIGNS]
    return Result("Items read per row returned", _describe_items(), header, lines, targets)


def _describe_items() -> str:
    return (
        "The items that the search function reads for each row that it returns, from DynamoDB's `ScannedCount`. The "
        "search for one word is for the most common first name. The search for two words is for the most common first "
        f"name and the most common last name; exactly {MATCH_COUNT} people have both, in groups of every size. The "
        "word index knows at no cost which of the words is the rarer one, and reads all items of that word."
    )


def _capacity(counts: _Counts) -> Result:
    lines = [
        [f"{size:,}", *(f"{counts[size, 2, design].units:,.0f}" for design in _DESIGNS)]
        + [f"{counts[size, 2, design].requests:,}" for design in _DESIGNS]
        for size in SIZES
    ]
    units = [counts[size, 2, OURS].units for size in SIZES]
    targets = [Target("read units of a search, largest group / smallest group", units[-1] / units[0], 1)]
    header = ["dossiers in the group", *(f"{design}, units" for design in _DESIGNS)]
    header += [f"{design}, requests" for design in _DESIGNS]
    data = {design: {size: counts[size, 2, design] for size in SIZES} for design in _DESIGNS}
    method = _describe_capacity(*_word_index_units(), ours=units[-1])
    return Result("Read capacity of a search", method, header, lines, targets, data)


def _describe_capacity(middle: int, tenth: int, ours: float) -> str:
    return (
        f"The search for two words, which {MATCH_COUNT} people match in groups of every size. The read units include "
        "the read of the grant. All reads are strongly consistent; eventually consistent reads would cost half, in "
        f"every design. The groups of {' and '.join(f'{size:,}' for size in SEARCHABLE_SIZES)} dossiers are written to "
        "DynamoDB Local and counted there. The larger groups are generated: in place of DynamoDB, a function generates "
        "the response from the requested key range, with DynamoDB's page size and its rules for units. The handler is "
        "the real one. In the same run, the generated responses for the two small groups must agree with those of "
        "DynamoDB Local in rows, items read and units. The units may differ by the rounding of each page, because "
        "DynamoDB Local does not end a filtered page at 1 MB, as DynamoDB does."
        "\n\n"
        f"The searched name is the worst case for a word index. For the names of {_SAMPLE_SIZE:,} people, evenly "
        f"picked from {SIZES[-1]:,}, a word index would read {middle:,} units in the median, and {tenth:,} or more for "
        f"one person in ten. Ours reads {ours:,.0f}, and more only if more people match."
    )


def _word_index_units() -> tuple[int, int]:
    """The units that a word index reads to find people by their own names: the median, and the ninth decile.

    They are computed from the number of people who have the rarest word of the name.
    """
    people = People(SIZES[-1])
    people_by_word = people.count_by_word()
    units = []
    for number in range(0, people.size, people.size // _SAMPLE_SIZE):
        one = people.dossier(number)
        item_size = size_of(list(word_items("group", one, searchable=True))[-1])
        bytes_read = min(people_by_word[word] for word in one.words) * item_size
        units.append(1 + ceil(bytes_read / UNIT))
    return int(median(units)), sorted(units)[-len(units) // 10]


def _searches(database: Database) -> dict[str, Search]:
    recording = Recording(database.engine.endpoint)
    reads = connection.by_botocore(WORDS, recording).reads

    def search_ours(size: int, words: list[str]) -> SearchReads:
        recording.clear()
        path = f"/api/v1/dossier_groups/group-{size}/dossiers"
        with database.use_transport(recording):
            response = call("GET", path, f"name={'+'.join(words)}", sub=f"user-{size}")
        if response["statusCode"] != 200 or "Link" in response["headers"]:
            raise RuntimeError(f"not the whole list: {response['statusCode']}")
        return _count_reads(recording, len(json.loads(response["body"])["rows"]))

    def search_word_index(size: int, words: list[str]) -> SearchReads:
        rarest, *others = words
        return query(size, {"pk": f"GROUP#group-{size}#WORD#{rarest}"}, others)

    def scan(size: int, words: list[str]) -> SearchReads:
        return query(size, {"pk": f"GROUP#group-{size}", "sk": "DOSSIER#"}, words)

    def query(size: int, keys: dict[str, str], words: list[str]) -> SearchReads:
        """Read the grant, and a key range whose items are filtered by the words."""
        recording.clear()
        grant = {"pk": {"S": f"USER#user-{size}"}, "sk": {"S": f"GROUP#group-{size}"}}
        reads.get_item({"TableName": WORDS, "Key": grant, "ConsistentRead": True}, NEVER)
        filters = {f":word{number}": {"S": word} for number, word in enumerate(words)}
        request: dict[str, Any] = {
            "TableName": WORDS,
            "ConsistentRead": True,
            "KeyConditionExpression": "pk = :pk" + (" AND begins_with(sk, :sk)" if "sk" in keys else ""),
            "ExpressionAttributeValues": {f":{name}": {"S": value} for name, value in keys.items()} | filters,
        }
        if filters:
            request["FilterExpression"] = " AND ".join(f"contains(words, {name})" for name in filters)
        rows = 0
        while True:
            [page] = reads.query([request], "id", NEVER)
            rows += len(page.values)
            if page.last_key is None:
                return _count_reads(recording, rows)
            request["ExclusiveStartKey"] = page.last_key

    return {OURS: search_ours, WORD_INDEX: search_word_index, SCAN: scan}


def _count_reads(recording: Recording, rows: int) -> SearchReads:
    return SearchReads(rows, recording.items_read, recording.read_units, len(recording.operations))
