"""Calls of plain types do what pydantic does with them, and nothing else is taken for plain."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from gatehouse.mcp.schemas.bad_arguments import BadArguments
from gatehouse.mcp.schemas.plain_codec import PlainCodec, plain_codec
from gatehouse.mcp.schemas.signatures import Signature, read_signature

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=4)
    # what a lenient reader takes for another type
    | st.sampled_from(["1", "1.5", "true", "no", "a", "b", 1.0, 0, 1]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@dataclass
class Point:
    """A result."""

    x: int
    names: tuple[str, ...]
    notes: dict[str, int | None]


@dataclass
class Ruled:
    """A dataclass with a rule of pydantic's."""

    x: int = Field(serialization_alias="y", default=1)


class Model(BaseModel):
    """A type of pydantic's own."""

    x: int


def everything(
    *,
    a: str,
    b: Annotated[int, "How many"],
    c: float = 1.5,
    d: bool = False,
    e: list[int] | None = None,
    f: Literal["a", "b"] = "a",
) -> Point:
    raise NotImplementedError


def maps(a: dict[str, list[str]], b: tuple[float, ...], c: Any = None) -> list[int]:
    raise NotImplementedError


def nothing() -> str:
    raise NotImplementedError


PLAIN = [everything, maps, nothing]


def both(function: Callable[..., object]) -> tuple[PlainCodec, Signature]:
    hints = {
        k: v for k, v in get_type_hints(function, include_extras=True).items() if k != "return"
    }
    plain = plain_codec(function, hints)
    assert plain is not None
    return plain, read_signature(function, hints)


def outcome(codec: PlainCodec | Signature, arguments: dict[str, Any]) -> object:
    try:
        # the types as well: 1, 1.0 and True are equal
        return repr(codec.validate(arguments))
    except BadArguments as error:
        return error.args


@pytest.mark.parametrize("function", PLAIN)
@given(arguments=st.dictionaries(st.sampled_from("abcdef"), JSON, max_size=7))
def test_arguments_are_taken_and_refused_as_pydantic_does(
    function: Callable[..., object], arguments: dict[str, Any]
) -> None:
    plain, pydantic = both(function)
    assert outcome(plain, arguments) == outcome(pydantic, arguments)


@pytest.mark.parametrize("function", PLAIN)
def test_a_result_has_the_shape_that_its_schema_says(function: Callable[..., object]) -> None:
    plain, pydantic = both(function)
    assert plain.is_structured == pydantic.is_structured
    assert plain.is_wrapped == pydantic.is_wrapped or not plain.is_structured


RESULTS = st.builds(Point, JSON, st.lists(JSON, max_size=2).map(tuple), JSON) | JSON


@given(value=RESULTS)
def test_results_are_put_into_json_as_pydantic_does(value: object) -> None:
    plain, pydantic = both(everything)
    assert structured(plain, value) == structured(pydantic, value)


def structured(codec: PlainCodec | Signature, value: object) -> object:
    try:
        return repr(codec.structured(value))
    except Exception as error:
        return type(error)


def constrained(a: Annotated[int, Field(gt=0)]) -> str:
    raise NotImplementedError


def model(a: Model) -> str:
    raise NotImplementedError


def changeable(a: list[int] = []) -> str:  # noqa: B006 - what pydantic copies
    raise NotImplementedError


def either(a: int | str) -> str:
    raise NotImplementedError


def set_of(a: set[int]) -> str:
    raise NotImplementedError


def gives_a_model() -> Model:
    raise NotImplementedError


def gives_either() -> int | None:
    raise NotImplementedError


def gives_ruled() -> Ruled:
    raise NotImplementedError


@pytest.mark.parametrize(
    "function",
    [gives_ruled, constrained, model, changeable, either, set_of, gives_a_model, gives_either],
)
def test_other_types_are_left_to_pydantic(function: Callable[..., object]) -> None:
    hints = {
        k: v for k, v in get_type_hints(function, include_extras=True).items() if k != "return"
    }
    assert plain_codec(function, hints) is None
