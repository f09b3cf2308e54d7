"""Every key and every item of the table, each beside its parser. docs/table.md has the chart.

Whatever came from a caller is either checked to hold no `#` (groups, words, ids) or stands last in its key (users,
identifiers), so that no text can forge another key.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from dossiers.domain import birthdates, names
from dossiers.domain.content import Content
from dossiers.domain.roles import Role

INDEX_BY_EXTERNAL_IDENTIFIER = "by_external_identifier"
"""The GSI: dossier_group_id + external_identifier, projecting row. Dossiers without an identifier are not in it."""

Value = str | int | frozenset[str] | dict[str, str]
Item = dict[str, Value]


class Key(NamedTuple):
    """A primary key."""

    pk: str
    sk: str


def key_of(item: Item) -> Key:
    """The primary key of an item."""
    return Key(str(item["pk"]), str(item["sk"]))


@dataclass(frozen=True)
class Condition:
    """What must hold of a stored item, as an expression. `values`: the values that the expression names."""

    expression: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class KeyRange:
    """The items of a partition whose sort key is `prefix` and an id (a dossier's; of grants a group's), ordered by id.

    `filter`: only those of which this holds. DynamoDB reads the others too.
    """

    pk: str
    prefix: str
    filter: Condition | None = None

    def at(self, id_: str) -> Key:
        """The key that the item of this id has, or would have, in this range."""
        return Key(self.pk, self.prefix + id_)


ABSENT = Condition("attribute_not_exists(pk)")


@dataclass(frozen=True)
class Put:
    """Writes a whole item, whatever was there, if the condition holds."""

    item: Item
    condition: Condition | None = None

    @property
    def key(self) -> Key:
        """The item's primary key."""
        return key_of(self.item)


@dataclass(frozen=True)
class Delete:
    """Deletes an item, if it is there and the condition holds."""

    key: Key
    condition: Condition | None = None


Write = Put | Delete


FIRST_VERSION = 1
"""The version of a new dossier, and of one that was stored before dossiers had versions."""

DOSSIER_PREFIX = "DOSSIER#"
"""The start of the sort keys of the dossiers themselves, and of no other item."""


def dossier_range(group: str) -> KeyRange:
    """All dossiers of a group."""
    return KeyRange(_group(group), DOSSIER_PREFIX)


def dossier_key(group: str, dossier_id: str) -> Key:
    """Where a dossier's own item is."""
    return dossier_range(group).at(dossier_id)


def parse_dossier_key(key: Key) -> tuple[str, str]:
    """The group and the id of the dossier whose own item has this key."""
    return key.pk.removeprefix("GROUP#"), parse_dossier_sort_key(key.sk)


def parse_dossier_sort_key(sort_key: str) -> str:
    """The id of the dossier whose own item has this sort key."""
    return sort_key.removeprefix(DOSSIER_PREFIX)


def dossier(
    group: str, dossier_id: str, row: str, external_identifier: str | None, *, created_at: datetime, created_by: str
) -> Item:
    """The item of a new dossier. With an identifier it is in the GSI too."""
    moment = format_moment(created_at)
    item: Item = {
        **dossier_key(group, dossier_id)._asdict(),
        "row": row,
        "dossier_group_id": group,
        "version": FIRST_VERSION,
        "created_at": moment,
        "created_by": created_by,
        "updated_at": moment,
        "updated_by": created_by,
    }
    if external_identifier is not None:
        item["external_identifier"] = external_identifier
    return item


def person_key(dossier_id: str) -> Key:
    """Where a dossier's person is."""
    return Key(f"DOSSIER#{dossier_id}", "PERSON")


def person(dossier_id: str, content: Content, version: int) -> Item:
    """The item of a person. Only the functions that show, update and delete may read it.

    `version` is that of the dossier item, so that a reader of both notices an update between the two reads.

    `index_keys` keeps the pairs under which the name is indexed, for `name_keys`: a newer version of Unicode or other
    rules would give other pairs for the same name. DynamoDB has no empty sets, so a name without words has no
    `index_keys`.
    """
    item: Item = {**person_key(dossier_id)._asdict(), "person": dict(content.person), "version": version}
    if keys := index_keys(content):
        item["index_keys"] = keys
    return item


def index_keys(content: Content) -> frozenset[str]:
    """The pairs of words under which a name is indexed, as a person item stores them."""
    return frozenset(f"{first}#{second}" for first, second in content.index_pairs)


def identifier_key(group: str, external_identifier: str) -> Key:
    """Where the item is that makes an identifier unique in its group."""
    return Key(f"{_group(group)}#EXTERNAL#{external_identifier}", "EXTERNAL")


def identifier(group: str, external_identifier: str, dossier_id: str) -> Put:
    """Holds an identifier for one dossier: a second one finds it taken."""
    return Put({**identifier_key(group, external_identifier)._asdict(), "dossier_id": dossier_id}, ABSENT)


def name_range(group: str, lookup: names.Lookup, birthdate: str | None = None) -> KeyRange:
    """The name items of a group under one pair of words. `birthdate`: only those with a compatible birthdate."""
    terms: list[str] = []
    values: dict[str, Value] = {}
    for number, word in enumerate(lookup.filter_words):
        terms.append(f"contains(words, :word{number})")
        values[f":word{number}"] = word
    if birthdate is not None:
        # Of two compatible birthdates, the shorter is the start of the longer.
        values[":birthdate"] = birthdate
        shorter = {f":shorter{number}": text for number, text in enumerate(birthdates.less_precise(birthdate))}
        values |= shorter
        equal = [f"birthdate = {name}" for name in shorter]
        terms.append(f"({' OR '.join(['begins_with(birthdate, :birthdate)', *equal])})")
    condition = Condition(" AND ".join(terms), values) if terms else None
    return KeyRange(f"{_group(group)}#WORD#{lookup.first}", f"{lookup.second}#", condition)


def names_of(group: str, content: Content, dossier_id: str, row: str) -> Iterator[Item]:
    """The name items of one dossier, one per index pair. Each carries the row, so a search reads nothing else.

    The items of a name of three words or more have the set of its `words`, which a query of more words is compared
    with. The items under a word with itself do not: only queries of one word read them.
    """
    words = content.index_words
    for first, second in content.index_pairs:
        item: Item = {**name_range(group, names.Lookup(first, second)).at(dossier_id)._asdict(), "row": row}
        if content.birthdate is not None:
            item["birthdate"] = content.birthdate
        if first != second and len(words) > 2:  # noqa: PLR2004 - a key has up to two words
            item["words"] = words
        yield item


def name_keys(group: str, dossier_id: str, index_keys: Iterable[str]) -> Iterator[Key]:
    """The keys of a dossier's name items, from the `index_keys` of its person item. No word contains `#`."""
    for pair in index_keys:
        first, second = pair.split("#")
        yield name_range(group, names.Lookup(first, second)).at(dossier_id)


def grant_key(user: str, group: str) -> Key:
    """Where the grant of a group to a user is."""
    return grant_range(user).at(group)


def grant_range(user: str) -> KeyRange:
    """All grants of a user."""
    return KeyRange(f"USER#{user}", "GROUP#")


def grant(user: str, group: str, role: Role, granted_at: datetime, granted_by: str) -> Put:
    """The user's access to the group. It replaces an earlier grant of the group, and its role."""
    return Put(
        {
            **grant_key(user, group)._asdict(),
            "role": role.value,
            "granted_at": format_moment(granted_at),
            "granted_by": granted_by,
        }
    )


def parse_grant(item: Item) -> tuple[str, Role]:
    """The group and the role of a grant item. A grant without a role is an editor's."""
    return str(item["sk"]).removeprefix("GROUP#"), Role(str(item.get("role", Role.EDITOR)))


def parse_user(key: Key) -> str:
    """The user whose grant has this key."""
    return key.pk.removeprefix("USER#")


def idempotency_key(group: str, user: str, key: str) -> Key:
    """Where the response to a create with this Idempotency-Key is stored; private to the user and the group.

    `key` has no line break in it (visible ASCII only), so user and key cannot be read apart in two ways.
    """
    private = sha256(f"{user}\n{key}".encode()).hexdigest()
    return Key(f"{_group(group)}#KEY#{private}", "KEY")


def idempotency(key: Key, dossier_id: str, request_hash: str, now: int, expires_at: int) -> Put:
    """Stores the response to a request. DynamoDB deletes expired items some time later. Until then they count as
    absent.

    `now` and `expires_at` are seconds since 1970.
    """
    return Put(
        {**key._asdict(), "dossier_id": dossier_id, "request_hash": request_hash, "expires_at": expires_at},
        Condition(f"{ABSENT.expression} OR expires_at <= :now", {":now": now}),
    )


def _group(group: str) -> str:
    return f"GROUP#{group}"


def format_moment(moment: datetime) -> str:
    """A moment as the table stores it: `2026-11-24T04:05:21.123+00:00`."""
    return moment.isoformat(timespec="milliseconds")
