"""Python values as DynamoDB attribute values."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatehouse.storage.attributes import from_attribute, from_item, to_attribute, to_item

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.text(max_size=10) | st.booleans() | st.integers() | st.binary(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(min_size=1, max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


def alike(left: Any, right: Any) -> bool:
    """Equal, and of equal types: True is not 1."""
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(alike(left[key], right[key]) for key in left)
    if isinstance(left, tuple):
        return len(left) == len(right) and all(map(alike, left, right))
    return type(left) is type(right) and bool(left == right)


@given(VALUES)
def test_a_value_comes_back_as_it_was(value: object) -> None:
    assert alike(from_attribute(to_attribute(value)), value)


@given(st.dictionaries(st.text(min_size=1, max_size=5), st.none() | VALUES, max_size=5))
def test_an_item_comes_back_without_what_was_none(members: dict[str, object]) -> None:
    known = {name: value for name, value in members.items() if value is not None}
    assert alike(from_item(to_item(members)), known)


@pytest.mark.parametrize(
    ("value", "attribute"),
    [
        ("x", {"S": "x"}),
        (5, {"N": "5"}),
        (True, {"BOOL": True}),
        (b"\xff\x00", {"B": "/wA="}),
        (["a", 1], {"L": [{"S": "a"}, {"N": "1"}]}),
        ({"a": None, "b": {"c": 0}}, {"M": {"b": {"M": {"c": {"N": "0"}}}}}),
    ],
)
def test_a_value_is_written_as_dynamodb_wants_it(value: object, attribute: object) -> None:
    assert to_attribute(value) == attribute


@pytest.mark.parametrize("value", [None, 1.5, {1, 2}, Ellipsis, [None]], ids=repr)
def test_what_dynamodb_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        to_attribute(value)


def test_an_attribute_of_a_kind_we_never_write_is_refused() -> None:
    with pytest.raises(TypeError, match="SS"):
        from_attribute({"SS": ["a"]})
