"""Every key and every item of the table, each beside its parser. docs/table.md has the chart.

Whatever came from a caller is either checked to hold no `#` (groups, words, ids) or stands last in its key (users,
identifiers), so that no text can forge another key.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from dossiers.domain import names

INDEX_BY_EXTERNAL_IDENTIFIER = "by_external_identifier"
"""The GSI: dossier_group_id + external_identifier, projecting row. Dossiers without an identifier are not in it."""

Value = str | int | frozenset[str] | dict[str, str]
Item = dict[str, Value]


class Key(NamedTuple):
    """A primary key."""

    pk: str
    sk: str


@dataclass(frozen=True)
class KeyRange:
    """The items of a partition whose sort key is `prefix` and an id (a dossier's; of grants a group's), ordered by id.

    `filter_words`: only those whose set `words` holds all of these.
    """

    pk: str
    prefix: str
    filter_words: tuple[str, ...] = ()

    def at(self, id_: str) -> Key:
        """The key that the item of this id has, or would have, in this range."""
        return Key(self.pk, self.prefix + id_)


@dataclass(frozen=True)
class Condition:
    """What must hold of the stored item before it is written, as an expression.

    `values`: what the expression names. `names`: attributes that it names by a placeholder, as reserved words must be.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html
    """

    expression: str
    values: Mapping[str, Value] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


ABSENT = Condition("attribute_not_exists(pk)")


@dataclass(frozen=True)
class Put:
    """Writes a whole item, whatever was there, if the condition holds."""

    item: Item
    condition: Condition | None = None

    @property
    def key(self) -> Key:
        """The item's primary key."""
        return Key(str(self.item["pk"]), str(self.item["sk"]))


@dataclass(frozen=True)
class Delete:
    """Deletes an item, if it is there and the condition holds."""

    key: Key
    condition: Condition | None = None


Write = Put | Delete


_OPTIONAL = ("external_identifier", "index_keys")
"""Attributes that dossier and person items have or have not."""


def unchanged(item: Item) -> Condition:
    """The stored item still is as it was read: it has these values, and none of the optional attributes that it lacked.

    The condition on a Put that writes an item again, so that the Put reverts no other write.
    """
    placeholders: dict[str, str] = {}
    values: dict[str, Value] = {}
    terms: list[str] = []
    for number, attribute in enumerate(sorted({*item, *_OPTIONAL} - {*Key._fields})):
        placeholders[f"#a{number}"] = attribute
        if attribute in item:
            values[f":a{number}"] = item[attribute]
            terms.append(f"#a{number} = :a{number}")
        else:
            terms.append(f"attribute_not_exists(#a{number})")
    return Condition(" AND ".join(terms), values, placeholders)


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
    return key.pk.removeprefix("GROUP#"), key.sk.removeprefix(DOSSIER_PREFIX)


def dossier(
    group: str, dossier_id: str, row: str, external_identifier: str | None, *, created_at: datetime, created_by: str
) -> Put:
    """The dossier itself. With an identifier it is in the GSI too."""
    item: Item = {
        **dossier_key(group, dossier_id)._asdict(),
        "row": row,
        "dossier_group_id": group,
        "created_at": _moment(created_at),
        "created_by": created_by,
    }
    if external_identifier is not None:
        item["external_identifier"] = external_identifier
    return Put(item, ABSENT)


def person_key(dossier_id: str) -> Key:
    """Where a dossier's person is."""
    return Key(f"DOSSIER#{dossier_id}", "PERSON")


def person(dossier_id: str, fields: dict[str, str], words: Iterable[str]) -> Put:
    """The person, as validated. No request reads it, and the functions that read may not.

    `words` are those of the name. `index_keys` keeps the pairs under which the name is indexed, for `name_keys`: a
    newer version of Unicode, or another limit on words, would give other pairs for the same name. DynamoDB has no empty
    sets, so a name without words has no `index_keys`.
    """
    item: Item = {**person_key(dossier_id)._asdict(), "person": fields}
    if pairs := names.index_pairs(words):
        item["index_keys"] = frozenset(f"{first}#{second}" for first, second in pairs)
    return Put(item, ABSENT)


def identifier_key(group: str, external_identifier: str) -> Key:
    """Where the item is that makes an identifier unique in its group."""
    return Key(f"{_group(group)}#EXTERNAL#{external_identifier}", "EXTERNAL")


def identifier(group: str, external_identifier: str, dossier_id: str) -> Put:
    """Holds an identifier for one dossier: a second one finds it taken."""
    return Put({**identifier_key(group, external_identifier)._asdict(), "dossier_id": dossier_id}, ABSENT)


def name_range(group: str, lookup: names.Lookup) -> KeyRange:
    """The name items of a group under one pair of words."""
    return KeyRange(f"{_group(group)}#WORD#{lookup.first}", f"{lookup.second}#", lookup.filter_words)


def names_of(group: str, words: Iterable[str], dossier_id: str, row: str) -> Iterator[Put]:
    """The name items of one dossier, one per index pair. Each carries the row, so a search reads nothing else.

    The items of a name of three words or more have the set of its `words`, which a query of more words is compared
    with. The items under a word with itself do not: only queries of one word read them.
    """
    different = frozenset(words)
    for first, second in names.index_pairs(different):
        item: Item = {**name_range(group, names.Lookup(first, second)).at(dossier_id)._asdict(), "row": row}
        if first != second and len(different) > 2:  # noqa: PLR2004 - a key has up to two words
            item["words"] = different
        yield Put(item, ABSENT)


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


def grant(user: str, group: str, granted_at: datetime, granted_by: str) -> Put:
    """The user's access to the group; one that was granted before is granted anew."""
    return Put({**grant_key(user, group)._asdict(), "granted_at": _moment(granted_at), "granted_by": granted_by})


def granted_group(sort_key: str) -> str:
    """The group that a grant's sort key names."""
    return sort_key.removeprefix("GROUP#")


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


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
