"""Attributes are serialized with the types of DynamoDB, and deserialized to the same values."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.storage.attribute_values import deserialize, serialize

texts = st.text(max_size=6)
values = st.one_of(
    texts,
    st.integers(-(10**30), 10**30),
    st.frozensets(texts, min_size=1, max_size=3),
    st.dictionaries(texts, texts, max_size=3),
)


@given(st.dictionaries(texts, values, max_size=4))
def test_attributes_are_read_as_they_were_written(attributes: dict[str, Any]) -> None:
    assert deserialize(serialize(attributes)) == attributes


def test_each_kind_of_value_has_the_type_that_dynamodb_gives_it() -> None:
    assert serialize({"s": "x", "n": 1, "ss": frozenset("ba"), "m": {"k": "v"}}) == {
        "s": {"S": "x"},
        "n": {"N": "1"},
        "ss": {"SS": ["a", "b"]},
        "m": {"M": {"k": {"S": "v"}}},
    }


@pytest.mark.parametrize("value", [{"BOOL": True}, {"NULL": True}, {"B": "eA=="}, {"L": []}, {}, {"S": 1}])
def test_a_type_that_no_item_has_is_an_error(value: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        deserialize({"a": value})
