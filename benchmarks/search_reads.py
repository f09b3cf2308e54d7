"""What a search reads and is charged for as its group grows, counted: the service, an index of words, and a scan."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import Any

from benchmarks import wire
from benchmarks.generated import UNIT, Group
from benchmarks.generated import size as size_of
from benchmarks.people import FIRSTNAME, LASTNAME, MATCHES, People
from benchmarks.row import Reach, Row, Say
from benchmarks.sides import OURS, WORDS
from benchmarks.world import SEARCHED, World, word_items
from dossiers.domain.deadline import NEVER
from dossiers.storage import connection
from tests.handlers import call
from tests.recording import Recording

SIZES = (1_000, 10_000, 100_000, 1_000_000)
WORD_INDEX, SCAN = "word index", "scan"
_ANYBODY = 1_000
_ONE, _TWO = [FIRSTNAME.lower()], [LASTNAME.lower(), FIRSTNAME.lower()]
"""The words of the two searches; first the one that fewer people are called."""


@dataclass(frozen=True)
class Read:
    """What one search answered, and what it took: items read, capacity units, and requests to DynamoDB."""

    rows: int
    items: int
    units: float
    requests: int

    @property
    def items_per_row(self) -> float:
        return self.items / self.rows


Search = Callable[[int, list[str]], Read]


def measured(world: World, say: Say) -> tuple[Row, Row]:
    """Items read for each row answered, and capacity, in groups of a thousand to a million."""
    searches = _searches(world)
    read: dict[tuple[int, int, str], Read] = {}
    for size in SIZES:
        say(f"searches in a group of {size:,}")
        group = Group(size)
        for words in (_ONE, _TWO):
            for side, search in searches.items():
                with wire.through(group.send):
                    found = read[size, len(words), side] = search(size, words)
                if size in SEARCHED:
                    _check(generated=found, counted=search(size, words))
    return _items(read), _capacity(read)


def _check(*, generated: Read, counted: Read) -> None:
    """Raise unless the generated group answers and charges as DynamoDB Local counts.

    DynamoDB Local does not end a filtered page at 1 MB. Of the pages that DynamoDB makes of it, each is rounded up to a
    whole unit.
    """
    pages = generated.requests - counted.requests
    same = (generated.rows, generated.items) == (counted.rows, counted.items)
    if not same or not 0 <= generated.units - counted.units <= pages:
        raise RuntimeError(f"DynamoDB Local: {counted}; the generated group: {generated}")


def _items(read: Mapping[tuple[int, int, str], Read]) -> Row:
    lines = [
        [
            f"{words}",
            f"{size:,}",
            f"{read[size, words, OURS].rows:,}",
            *(f"{read[size, words, side].items_per_row:,.2f}" for side in (OURS, WORD_INDEX, SCAN)),
        ]
        for words in (1, 2)
        for size in SIZES
    ]
    most = {words: max(read[size, words, OURS].items_per_row for size in SIZES) for words in (1, 2)}
    reaches = [Reach(f"items read per row answered, {words} word{'s' * (words > 1)}", most[words], 1) for words in most]
    how = (
        "The handler of the search function, counted by DynamoDB's own `ScannedCount`. The searched names are the "
        "most common first name (one word) and with it the most common last name (two words); exactly "
        f"{len(MATCHES)} people have both, in groups of every size. The word index is told for free which of the words "
        "fewer people have, and reads all of those."
    )
    header = ["words", "dossiers in the group", "rows answered", OURS, WORD_INDEX, SCAN]
    return Row("Items read per row answered", how, header, lines, reaches)


def _capacity(read: Mapping[tuple[int, int, str], Read]) -> Row:
    lines = [
        [f"{size:,}", *(f"{read[size, 2, side].units:,.0f}" for side in (OURS, WORD_INDEX, SCAN))]
        + [f"{read[size, 2, side].requests:,}" for side in (OURS, WORD_INDEX, SCAN)]
        for size in SIZES
    ]
    units = [read[size, 2, OURS].units for size in SIZES]
    reaches = [Reach("capacity in the largest group over that in the smallest", units[-1] / units[0], 1)]
    how = (
        f"The search for two words, which {len(MATCHES)} people match in groups of every size: read units, the grant "
        "included, all reads strongly consistent on all sides (eventually consistent ones would cost half on any). "
        f"Groups of {' and '.join(f'{size:,}' for size in SEARCHED)} are written to DynamoDB Local and counted there. "
        "Larger ones are generated: DynamoDB's answer is made up from the key range that is asked for, with its page "
        "size and its rules for units, in place of the transport, so that the handler is the real one. In the same "
        "run the generated answers for the two small groups must agree with DynamoDB Local's: rows, items read, and "
        "units but for the rounding of each page (DynamoDB Local does not end a filtered page at 1 MB, as DynamoDB "
        "does)."
    )
    middle, tenth = _word_index_for_anybody()
    how += (
        f"\n\nThe name that is searched for is the worst one for a word index. For the names of {_ANYBODY:,} people "
        f"picked at random from {SIZES[-1]:,} it would take {middle:,} units in the median, and {tenth:,} or more for "
        f"one in ten; ours {units[-1]:,.0f}, and more only where more people are found."
    )
    header = ["dossiers in the group", *(f"{side}, units" for side in (OURS, WORD_INDEX, SCAN))]
    header += [f"{side}, requests" for side in (OURS, WORD_INDEX, SCAN)]
    data = {side: {size: read[size, 2, side] for size in SIZES} for side in (OURS, WORD_INDEX, SCAN)}
    return Row("Read capacity of a search", how, header, lines, reaches, data)


def _word_index_for_anybody() -> tuple[int, int]:
    """Units that an index of words takes to find people by their own names: the median, and what one in ten exceeds.

    Reckoned from how many people have the rarest word of the name.
    """
    people = People(SIZES[-1])
    namesakes = people.namesakes()
    units = []
    for number in range(0, people.size, people.size // _ANYBODY):
        one = people.dossier(number)
        bytes_ = min(namesakes[word] for word in one.words) * size_of(
            list(word_items("group", one, searchable=True))[-1]
        )
        units.append(1 + ceil(bytes_ / UNIT))
    return int(median(units)), sorted(units)[-len(units) // 10]


class _Charged(Recording):
    """DynamoDB charges a unit for a Query that reads nothing, DynamoDB Local does not."""

    def count(self, response: dict[str, Any]) -> None:
        super().count(response)
        if response.get("ScannedCount") == 0 and not response["ConsumedCapacity"]["CapacityUnits"]:
            self.capacity += 1


def _searches(world: World) -> dict[str, Search]:
    recording = _Charged(world.engine.endpoint)
    reads = connection.by_botocore(WORDS, recording).reads

    def ours(size: int, words: list[str]) -> Read:
        recording.clear()
        path = f"/api/v1/dossier_groups/group-{size}/dossiers"
        with world.handlers_over(recording):
            answer = call("GET", path, f"name={'+'.join(words)}", sub=f"user-{size}")
        if answer["statusCode"] != 200 or "Link" in answer["headers"]:
            raise RuntimeError(f"not the whole answer: {answer['statusCode']}")
        return _read(recording, len(json.loads(answer["body"])["rows"]))

    def word_index(size: int, words: list[str]) -> Read:
        rarest, *others = words
        return from_range(size, {"pk": f"GROUP#group-{size}#WORD#{rarest}"}, others)

    def scan(size: int, words: list[str]) -> Read:
        return from_range(size, {"pk": f"GROUP#group-{size}", "sk": "DOSSIER#"}, words)

    def from_range(size: int, keys: dict[str, str], words: list[str]) -> Read:
        """The grant, and a key range whose items are filtered by words."""
        recording.clear()
        grant = {"pk": {"S": f"USER#user-{size}"}, "sk": {"S": f"GROUP#group-{size}"}}
        reads.get_item({"TableName": WORDS, "Key": grant, "ConsistentRead": True}, NEVER)
        others = {f":word{number}": {"S": word} for number, word in enumerate(words)}
        request: dict[str, Any] = {
            "TableName": WORDS,
            "ConsistentRead": True,
            "KeyConditionExpression": "pk = :pk" + (" AND begins_with(sk, :sk)" if "sk" in keys else ""),
            "ExpressionAttributeValues": {f":{name}": {"S": value} for name, value in keys.items()} | others,
        }
        if others:
            request["FilterExpression"] = " AND ".join(f"contains(words, {other})" for other in others)
        rows = 0
        while True:
            page = reads.query(request, "id", NEVER)
            rows += len(page.values)
            if page.last_key is None:
                return _read(recording, rows)
            request["ExclusiveStartKey"] = page.last_key

    return {OURS: ours, WORD_INDEX: word_index, SCAN: scan}


def _read(recording: Recording, rows: int) -> Read:
    return Read(rows, recording.items_read, recording.capacity, len(recording.operations))
