"""Round trips to DynamoDB, items and capacity units in one request, counted.

Requests that are sent in parallel are one round trip.
"""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.counting import LATENCY, count
from benchmarks.database import EMPTY, Database
from benchmarks.events import GROUP_PATH, GROUPS_PATH
from benchmarks.people import FIRSTNAME, LASTNAME
from benchmarks.responses import extract_id, extract_rows
from benchmarks.result import Log, Result, Target
from dossiers.domain import names
from tests.handlers import call

_SIZE = 1_000

READINGS = {1: "Mulder", 2: "Jürgens", 4: "O'Schröder", 8: "D'Köhler-Smit"}
"""Number of readings -> a last name that has so many."""
_NINE_WORDS = {"firstname": "Anna Bella Clara Dora", "lastname": "Evers Faber Geerts Haan Immink"}
_NINE_OTHERS = {"firstname": "Jet Kim Loes Mila", "lastname": "Noor Otten Peters Quint Rovers"}


def measure(database: Database, log: Log) -> Result:
    """Each request of the API that is about one dossier, the list of groups, and searches."""
    log("counting round trips")
    dossier = _create("EPD-1234")
    for name in READINGS.values():
        _create(firstname="Jan", lastname=name)
    long_name = _create(**_NINE_WORDS)
    requests: list[tuple[str, int, Callable[[], Any]]] = [
        ("create", 2, lambda: _create("EPD-5678")),
        ("identifier search, found", 2, lambda: _search_identifier("EPD-1234", [dossier])),
        ("identifier search, no match", 3, lambda: _search_identifier("EPD-unknown", [])),
        ("identifier search, index lags", 4, lambda: _search_identifier("EPD-1234", [dossier])),
        ("name search in one group, one word", 2, lambda: _search_name(FIRSTNAME)),
        ("name search in one group, two words", 2, lambda: _search_name(f"{FIRSTNAME}+{LASTNAME}")),
        *((f"name search, {_readings(count)}", 2, partial(_search_readings, count)) for count in READINGS),
        ("list of groups", 1, _list_groups),
        ("show", 1, lambda: _call("GET", dossier)),
        ("update, a field outside the row", 2, lambda: _update(dossier, city="Leiden")),
        ("update, another last name", 2, lambda: _update(dossier, lastname="de Groot")),
        ("update, nine other words", 2, lambda: _update(long_name, **_NINE_OTHERS)),
        ("delete", 2, lambda: _call("DELETE", dossier)),
    ]
    lines, targets, data = [], [], {}
    for name, maximum, send in requests:
        counts = data[name] = count(database, send, index_lags=name.endswith("index lags"))
        lines.append(
            [
                name,
                f"{counts.round_trips}",
                f"{len(counts.operations)}",
                f"{counts.items_read}",
                f"{counts.items_written}",
                f"{counts.reads:g}",
                f"{counts.writes}",
                _summarize(counts.operations),
            ]
        )
        targets.append(Target(f"round trips: {name}", counts.round_trips, maximum))
    header = ["request", "round trips", "requests", "items read", "items written", "read units", "write units"]
    return Result("Round trips", _describe(), [*header, "operations"], lines, targets, data)


def _describe() -> str:
    return (
        f"The handlers run in a process that has made its client before. Each request to DynamoDB Local takes "
        f"{LATENCY * 1000:.0f} ms longer than it would. Requests that overlap in time are one round trip."
        "\n\n"
        "The dossiers have a name of three words and an external identifier, unless the request says otherwise. A "
        "search by name in several readings finds one dossier. An update of nine words to nine other words writes more "
        "items than any other request."
        "\n\n"
        "The read units are counted by DynamoDB Local, with the unit that DynamoDB charges for a Query that reads "
        "nothing. The write units are computed from the sizes of the items that the handler writes and replaces: two "
        "for each KB in a transaction, and one for each KB in the index of identifiers."
    )


def _readings(count: int) -> str:
    return f"{count} reading{'s' * (count > 1)}"


def _summarize(operations: list[str]) -> str:
    """The operations, with the number of those that are repeated: `GetItem, 2 Query`."""
    return ", ".join(
        operation if (number := operations.count(operation)) == 1 else f"{number} {operation}"
        for operation in sorted(set(operations))
    )


def _create(identifier: str | None = None, *, firstname: str = "Johanna", lastname: str = "de Vries") -> str:
    """Create a dossier. Returns its id."""
    body = {"dossier": {"external_identifier": identifier}, "person": {"firstname": firstname, "lastname": lastname}}
    return extract_id(call("POST", _path(EMPTY), body=json.dumps(body), sub=f"user-{EMPTY}"))


def _search_identifier(identifier: str, expected: list[str]) -> None:
    response = call("GET", _path(EMPTY), f"external_identifier={identifier}", sub=f"user-{EMPTY}")
    if [row[0] for row in extract_rows(response)] != expected:
        raise RuntimeError(f"the search for {identifier} does not return {expected}")


def _search_name(name: str) -> None:
    response = call("GET", _path(_SIZE), f"name={name}", sub=f"user-{_SIZE}")
    if not extract_rows(response):
        raise RuntimeError(f"the search for {name} returns no row")


def _search_readings(count: int) -> None:
    name = f"Jan {READINGS[count]}"
    if len(names.readings(name)) != count:
        raise RuntimeError(f"{name} does not have {count} readings")
    body = json.dumps({"name": name})
    rows = extract_rows(call("POST", f"{_path(EMPTY)}/search", body=body, sub=f"user-{EMPTY}"))
    if [row[-1] for row in rows] != [READINGS[count]]:
        raise RuntimeError(f"the search for {name} returns {rows}")


def _list_groups() -> None:
    response = call("GET", GROUPS_PATH, sub=f"user-{EMPTY}")
    if len(json.loads(response["body"])["rows"]) != 1:
        raise RuntimeError(f"not one group: {response}")


def _update(dossier_id: str, **person: str) -> None:
    _call("PATCH", dossier_id, body=json.dumps({"person": person}))


def _call(method: str, dossier_id: str, body: str | None = None) -> None:
    """Send a request for one dossier. Raises RuntimeError if it fails."""
    response = call(method, f"{_path(EMPTY)}/{dossier_id}", body=body, sub=f"user-{EMPTY}")
    if response["statusCode"] not in (200, 204):
        raise RuntimeError(f"{method} failed: {response}")


def _path(size: int) -> str:
    return GROUP_PATH.replace("{dossier_group_id}", f"group-{size}")
