"""Request parameters, of a query or of a form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatehouse.errors import InvalidRequest
from gatehouse.oauth.parameters import Parameters


def test_values_are_decoded() -> None:
    parameters = Parameters.parse("scope=a+b%20c&state=%C3%A9&empty=&flag")
    assert parameters.get("scope") == "a b c"
    assert parameters.require("state") == "é"


@pytest.mark.parametrize("name", ["empty", "flag", "absent"])
def test_an_empty_parameter_counts_as_absent(name: str) -> None:
    parameters = Parameters.parse("empty=&flag")
    assert parameters.get(name) is None
    assert parameters.all(name) == ()
    with pytest.raises(InvalidRequest, match=f"{name} is required"):
        parameters.require(name)


@pytest.mark.parametrize("encoded", ["a=1&a=2", "a=1&a=1", "a=1&%61=2"])
def test_a_repeated_parameter_is_refused_when_read(encoded: str) -> None:
    parameters = Parameters.parse(encoded)
    with pytest.raises(InvalidRequest, match="a is repeated"):
        parameters.get("a")
    with pytest.raises(InvalidRequest, match="a is repeated"):
        parameters.require("a")


def test_a_repeated_parameter_that_nobody_reads_is_refused_too() -> None:
    with pytest.raises(InvalidRequest, match="unknown is repeated"):
        Parameters.parse("a=1&unknown=1&unknown=2").require_single(repeatable=())


def test_resource_may_be_repeated() -> None:
    parameters = Parameters.parse("resource=b&resource=&resource=a&a=1")
    parameters.require_single(repeatable=("resource",))
    assert parameters.all("resource") == ("b", "a")


@pytest.mark.parametrize("encoded", ["a=%FF", "a=%C3", "%FF=a", "&".join(["a=1"] * 101)])
def test_what_cannot_be_decoded_is_an_invalid_request(encoded: str) -> None:
    with pytest.raises(InvalidRequest, match="cannot be decoded"):
        Parameters.parse(encoded)


def test_a_hundred_parameters_are_read() -> None:
    assert len(list(Parameters.parse("&".join(f"p{n}=1" for n in range(100))))) == 100


@given(st.text(max_size=80) | st.text("a=&%+;0F", max_size=60))
def test_any_text_is_parameters_or_an_invalid_request(encoded: str) -> None:
    try:
        parameters = Parameters.parse(encoded)
    except InvalidRequest:
        return
    assert all(isinstance(value, str) for pair in parameters for value in pair)


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=12)), max_size=8))
def test_encoding_and_parsing_give_the_same_pairs(pairs: list[tuple[str, str]]) -> None:
    assert list(Parameters.parse(Parameters(pairs).encode())) == pairs


@pytest.mark.parametrize(
    ("query", "value", "replaced"),
    [
        ("a=1&prompt=login&b=2", "consent", "a=1&prompt=consent&b=2"),
        ("a=1&prompt=login&b=&a=3", "", "a=1&b=&a=3"),
        ("a=1", "consent", "a=1"),
    ],
)
def test_one_parameter_can_be_replaced(query: str, value: str, replaced: str) -> None:
    assert Parameters.parse(query).replaced("prompt", value).encode() == replaced
