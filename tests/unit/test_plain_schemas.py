"""Plain types are listed letter for letter as pydantic would, and everything else by pydantic."""

import enum
import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass, field, make_dataclass
from typing import Annotated, Any, Literal, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatehouse.mcp.markers import Completion, InHeader
from gatehouse.mcp.schemas.plain_schemas import plain_schemas
from gatehouse.mcp.schemas.signatures import read_signature

SCALARS = st.sampled_from([str, int, float, bool, Any, None, Literal["a"], Literal["a", "b"]])
TYPES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        inner.map(lambda each: list[each]),  # type: ignore[valid-type]
        inner.map(lambda each: tuple[each, ...]),  # type: ignore[valid-type]
        inner.map(lambda each: dict[str, each]),  # type: ignore[valid-type]
        inner.map(lambda each: each | None if isinstance(each, type) else Annotated[each, "n"]),
    ),
    max_leaves=4,
)
NOTES = st.lists(
    st.text(max_size=5) | st.sampled_from([InHeader("Region"), Completion(["a"])]), max_size=2
)
DEFAULTS = st.none() | st.text(max_size=3) | st.integers() | st.booleans() | st.floats()


@st.composite
def functions(draw: st.DrawFn) -> Callable[..., object]:
    """A function of any plain types, some of its arguments described and some with a default."""

    def function(*_: object) -> None:
        raise NotImplementedError

    names = draw(st.lists(st.sampled_from(["a", "json", "c", "zeta"]), unique=True))
    hints: dict[str, Any] = {}
    parameters = []
    for name in names:
        hint = draw(TYPES)
        notes = draw(NOTES)
        hints[name] = Annotated[(hint, *notes)] if notes else hint
        default = draw(DEFAULTS) if draw(st.booleans()) else inspect.Parameter.empty
        parameters.append(inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default))
    if draw(st.booleans()):
        members = draw(st.dictionaries(st.sampled_from(["x", "y", "z"]), TYPES, min_size=1))
        returned: Any = make_dataclass("Made", list(members.items()))
        returned.__doc__ = draw(st.sampled_from([returned.__doc__, "What it is.\n\n  More."]))
    else:
        returned = draw(TYPES)
    function.__annotations__ = {**hints, "return": returned}
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return function


def arguments(function: Callable[..., object]) -> dict[str, Any]:
    hints = get_type_hints(function, include_extras=True)
    return {name: hint for name, hint in hints.items() if name != "return"}


@given(function=functions())
def test_both_write_the_same(function: Callable[..., object]) -> None:
    plain = plain_schemas(function, arguments(function))
    if plain is None:  # a default that JSON has not
        return
    pydantic = read_signature(function, arguments(function))

    assert json.dumps(plain.input_schema) == json.dumps(pydantic.input_schema)
    assert json.dumps(plain.output_schema) == json.dumps(pydantic.output_schema)


class Colour(enum.StrEnum):
    """A text, and more."""

    RED = "red"


@dataclass
class WithDefault:
    """A default is shown."""

    x: int = 1
    y: list[int] = field(default_factory=list)


def enumerated(colour: str = Colour.RED) -> str:
    raise NotImplementedError


def infinite(x: float = float("inf")) -> str:
    raise NotImplementedError


def gives_defaults() -> WithDefault:
    raise NotImplementedError


def composed(a: int | str) -> str:
    raise NotImplementedError


@pytest.mark.parametrize("function", [enumerated, infinite, gives_defaults, composed])
def test_what_takes_more_to_say_is_left_to_pydantic(function: Callable[..., object]) -> None:
    assert plain_schemas(function, arguments(function)) is None


def test_a_described_tool_is_listed_plainly() -> None:
    def tool(city: Annotated[str, "Where"], days: int = 3) -> WithoutDefault:
        raise NotImplementedError

    schemas = plain_schemas(tool, {"city": Annotated[str, "Where"], "days": int})

    assert schemas
    assert schemas.input_schema["properties"]["city"] == {"description": "Where", "type": "string"}
    assert schemas.output_schema


@dataclass
class WithoutDefault:
    """Nothing else is shown."""

    x: int
