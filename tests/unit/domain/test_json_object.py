"""A body is one JSON object, and equal objects have equal digests."""

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.domain.errors import InvalidJson
from dossiers.domain.json_object import digest, parse

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
# No numbers, because no field is a number and the parser reads each as 0.
values = st.recursive(
    st.none() | st.booleans() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=10,
)
objects = st.dictionaries(texts, values, max_size=4)


def reorder(value: Any, order: random.Random) -> Any:
    """The same value, with the keys of every object in another order."""
    match value:
        case dict():
            keys = order.sample(list(value), len(value))
            return {key: reorder(value[key], order) for key in keys}
        case list():
            return [reorder(inner, order) for inner in value]
    return value


@given(objects, st.booleans(), st.none() | st.integers(0, 3))
def test_an_object_is_read_as_json_reads_it(value: dict[str, Any], ascii_only: bool, indent: int | None) -> None:
    body = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
    assert parse(body) == (value, [])


@given(objects, st.randoms(use_true_random=False), st.booleans(), st.none() | st.integers(0, 3))
def test_the_digest_does_not_depend_on_order_spaces_or_escapes(
    value: dict[str, Any], order: random.Random, ascii_only: bool, indent: int | None
) -> None:
    other = json.dumps(reorder(value, order), ensure_ascii=ascii_only, indent=indent).encode()
    assert digest(parse(other)[0]) == digest(value)


@given(objects, objects)
def test_objects_that_differ_have_digests_that_differ(one: dict[str, Any], other: dict[str, Any]) -> None:
    # Compared as text, because True == 1 in Python.
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (digest(one) == digest(other)) == same


@given(values.filter(lambda value: not isinstance(value, dict)))
def test_json_that_is_not_an_object_is_invalid(value: Any) -> None:
    with pytest.raises(InvalidJson):
        parse(json.dumps(value).encode())


@pytest.mark.parametrize("depth", [0, 1, 5])
def test_a_key_given_twice_is_invalid_at_any_depth(depth: int) -> None:
    with pytest.raises(InvalidJson):
        parse(b'{"a":' * depth + b'{"b":1,"b":2}' + b"}" * depth)


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_a_constant_that_json_does_not_have_is_invalid(constant: str) -> None:
    with pytest.raises(InvalidJson):
        parse(b'{"a":%s}' % constant.encode())
