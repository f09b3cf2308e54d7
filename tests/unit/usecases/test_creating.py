"""How `creating` handles a cancelled transaction. A scripted table stands in for DynamoDB."""

import time
from collections.abc import Sequence
from typing import Any

import pytest

from dossiers.domain.content import Content
from dossiers.domain.deadline import NEVER
from dossiers.domain.errors import Cause, Taken, TryAgain
from dossiers.storage import items
from dossiers.storage.items import Key, Put
from dossiers.storage.table import Cancelled
from dossiers.usecases import creating
from dossiers.usecases.access import Grant
from dossiers.usecases.creating import IdempotencyKey

KEY = IdempotencyKey("key", digest="digest")
GRANT = Grant("user", "group")


class Scripted:
    """A table with every grant. Its transactions end as the script says: with an error, or with success for None."""

    def __init__(self, *script: Any) -> None:
        self._script = list(script)
        self.tokens: list[str] = []
        self.written: list[list[Put]] = []

    deadline = NEVER

    def get(self, _: Key) -> dict[str, str]:
        return {}

    def write(self, puts: Sequence[Put], token: str) -> None:
        self.tokens.append(token)
        self.written.append(list(puts))
        end = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        if end is not None:
            raise end(puts)


def conflict(_: Sequence[Put]) -> Cancelled:
    return Cancelled({}, Cause.CONFLICT)


def taken(puts: Sequence[Put]) -> Cancelled:
    return Cancelled({guard(puts): {"dossier_id": "another"}}, None)


def taken_while_in_conflict(puts: Sequence[Put]) -> Cancelled:
    return Cancelled({guard(puts): {"dossier_id": "another"}}, Cause.THROTTLED)


def guard(puts: Sequence[Put]) -> Key:
    return next(put.key for put in puts if put.key.sk == "EXTERNAL")


def create(table: Scripted, **options: Any) -> creating.Created:
    return creating.create(table, GRANT, new_dossier("Jan"), **options)  # type: ignore[arg-type]


def new_dossier(firstname: str) -> Content:
    return Content("x", {"firstname": firstname})


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of each call of time.sleep, which does not wait."""
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    return waits


def test_a_create_is_retried_after_a_conflict(waits: list[float]) -> None:
    table = Scripted(conflict, conflict, None)
    created = create(table)
    assert len(table.tokens) == 3
    assert len(waits) == 2
    assert not created.replayed


def test_every_attempt_is_the_same_transaction_with_the_same_token() -> None:
    table = Scripted(conflict, None)
    created = create(table)
    assert table.tokens == [created.id, created.id]
    assert table.written[0] == table.written[1]


def test_a_conflict_that_does_not_end_is_try_again() -> None:
    with pytest.raises(TryAgain) as refused:
        create(Scripted(conflict))
    assert refused.value.cause is Cause.CONFLICT


def test_an_identifier_is_taken_only_if_the_transaction_has_no_other_conflict() -> None:
    """The conflict may be with the same request, sent twice at once. Then the response is a replay, not `taken`."""
    table = Scripted(taken_while_in_conflict, taken)
    with pytest.raises(Taken) as refused:
        create(table)
    assert refused.value.problems == {"external_identifier": ("taken",)}
    assert refused.value.dossier_id == "another"
    assert len(table.tokens) == 2


def test_a_transaction_holds_every_item_of_a_dossier() -> None:
    table = Scripted(None)
    create(table, idempotency_key=KEY)
    kinds = sorted(put.key.sk.partition("#")[0] for put in table.written[0])
    assert kinds == ["DOSSIER", "EXTERNAL", "KEY", "PERSON", "jan"]


def items_of(words: int) -> list[Put]:
    """All items that a create writes for a name of so many words."""
    table = Scripted(None)
    name = " ".join(f"w{number}" for number in range(words))
    creating.create(table, GRANT, new_dossier(name), KEY)  # type: ignore[arg-type]
    return table.written[0]


@pytest.mark.parametrize(("words", "written"), [(1, 1 + 4), (9, 45 + 4), (10, 10 + 4), (48, 48 + 4)])
def test_a_create_writes_the_items_of_the_name_and_four_others(words: int, written: int) -> None:
    """A transaction has at most 100 items."""
    assert len(items_of(words)) == written


@pytest.mark.parametrize("words", [0, 1, 9, 10, 48])
def test_the_dossier_item_and_the_person_item_lead_to_every_other_item_of_a_dossier(words: int) -> None:
    """So a dossier can be deleted or renamed without folding its name again."""
    written = {put.key: put.item for put in items_of(words)}
    [(dossier_key, dossier)] = [(key, item) for key, item in written.items() if key.sk.startswith("DOSSIER#")]
    [(person_key, person)] = [(key, item) for key, item in written.items() if key.sk == "PERSON"]
    dossier_id = dossier_key.sk.removeprefix("DOSSIER#")
    index_keys: Any = person.get("index_keys", frozenset())

    derived = [
        dossier_key,
        person_key,
        items.identifier_key("group", str(dossier["external_identifier"])),
        *items.name_keys("group", dossier_id, index_keys),
    ]

    assert set(derived) == {key for key in written if key.sk != "KEY"}
