"""Tools: what the decorator makes of a typed function, and how packages of them are loaded."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from gatehouse.mcp import Context, tool
from gatehouse.mcp.calling import call_tool, list_tools
from gatehouse.mcp.eras import era_of
from gatehouse.mcp.jsonrpc import Call
from gatehouse.mcp.registry import Registry
from gatehouse.mcp.registry.loading import load_registry
from gatehouse.mcp.registry.tools import Tool
from gatehouse.mcp.schemas.bad_arguments import BadArguments
from gatehouse.mcp.server import Server
from gatehouse.mcp.turn import Turn
from tests.unit.mcp_server import CONTEXT, tool_of

ERA = era_of(None, "2025-11-25")


class Place(BaseModel):
    """Somewhere."""

    name: str
    note: str | None = None


@dataclass(frozen=True)
class Point:
    """A point."""

    x: int
    place: Place


def made(function: Callable[..., object], **settings: Any) -> Tool:
    """`function` as a tool; a docstring is added where a test has nothing to say."""
    function.__doc__ = function.__doc__ or "Do something."
    return tool_of(tool(**settings)(function))


def serving(function: Callable[..., object]) -> Server:
    """A server with `function` as its one tool, t."""
    return Server("test", "1", Registry(tools={"t": made(function)}), lambda *_: None)


def described(function: Callable[..., object]) -> dict[str, Any]:
    turn = Turn(serving(function), Call("tools/list", {}, 1), CONTEXT, ERA)
    listed = list_tools(turn).members["tools"]
    assert isinstance(listed[0], dict)
    return listed[0]


def called(function: Callable[..., object], **arguments: object) -> dict[str, Any]:
    params = {"name": "t", "arguments": arguments}
    return call_tool(Turn(serving(function), Call("tools/call", params, 1), CONTEXT, ERA)).members


def test_a_tool_is_named_after_its_function_and_described_by_its_docstring() -> None:
    def look_up() -> str:
        """Look something up.

        At length.
        """
        return ""

    made_tool = tool_of(tool()(look_up))
    assert (made_tool.name, made_tool.title) == ("look_up", None)
    assert made_tool.description == "Look something up.\n\nAt length."


def test_name_title_and_hints_can_be_given() -> None:
    def look_up() -> str:
        return ""

    made_tool = made(look_up, name="look", title="Look", read_only=True, open_world=False)
    assert (made_tool.name, made_tool.title) == ("look", "Look")
    assert made_tool.annotations == {
        "readOnlyHint": True,
        "destructiveHint": False,
        "idempotentHint": True,
        "openWorldHint": False,
    }


def test_the_decorated_function_is_still_a_function() -> None:
    def double(n: int) -> int:
        """Double."""
        return 2 * n

    assert tool()(double)(4) == 8


def test_a_tool_without_a_docstring_is_refused() -> None:
    def silent() -> str:
        return ""

    with pytest.raises(TypeError, match="silent needs a docstring"):
        tool()(silent)


def test_a_parameter_without_a_type_is_refused() -> None:
    def untyped(n) -> str:  # type: ignore[no-untyped-def]
        """Do something."""
        return str(n)

    with pytest.raises(TypeError, match="the parameter n of the tool untyped needs a type hint"):
        _ = made(untyped).hints


def test_parameters_become_a_schema_without_titles() -> None:
    def search(
        query: Annotated[str, Field(description="What for", max_length=20)],
        order: Literal["new", "old"] = "new",
        limit: int = 10,
        where: Place | None = None,
        title: str | None = None,
    ) -> str:
        return ""

    schema = described(search)["inputSchema"]
    place = schema["properties"].pop("where")
    assert place == {"anyOf": [{"$ref": "#/$defs/Place"}, {"type": "null"}], "default": None}
    assert schema == {
        "type": "object",
        "additionalProperties": False,
        "required": ["query"],
        "properties": {
            "query": {"type": "string", "description": "What for", "maxLength": 20},
            "order": {"type": "string", "enum": ["new", "old"], "default": "new"},
            "limit": {"type": "integer", "default": 10},
            "title": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
        },
        "$defs": {
            "Place": {
                "type": "object",
                "description": "Somewhere.",
                "properties": {
                    "name": {"type": "string"},
                    "note": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
                },
                "required": ["name"],
            }
        },
    }


def test_a_default_value_is_listed_whole() -> None:
    def configure(options: dict[str, str] = {"title": "Mr"}) -> str:  # noqa: B006 - never changed
        return ""

    properties = described(configure)["inputSchema"]["properties"]
    assert properties["options"]["default"] == {"title": "Mr"}


def test_arguments_arrive_as_the_types_that_were_asked_for() -> None:
    def locate(place: Place, point: Point | None = None) -> str:
        assert isinstance(place, Place)
        assert isinstance(point, Point)
        return f"{place.name} {point.x} {point.place.name}"

    point = {"x": 1, "place": {"name": "b"}}
    result = called(locate, place={"name": "a"}, point=point)
    assert result["content"][0]["text"] == "a 1 b"


def test_a_default_is_used_where_an_argument_is_left_out() -> None:
    def count(n: int = 7) -> str:
        return str(n)

    assert called(count)["content"][0]["text"] == "7"


def test_every_wrong_argument_is_named() -> None:
    def locate(place: Place, n: Annotated[int, Field(ge=1)]) -> str:
        return ""

    with pytest.raises(BadArguments) as bad:
        made(locate).call({"place": {"name": 5}, "n": 0, "x": 1}, CONTEXT)
    for where in ("place.name: ", "n: ", "x: "):
        assert where in str(bad.value)
    assert called(locate, place=[], n=1)["isError"] is True


def test_the_context_is_passed_and_hidden() -> None:
    def whoami(context: Context, loud: bool = False) -> str:
        return context.client_id.upper() if loud else context.client_id

    assert list(described(whoami)["inputSchema"]["properties"]) == ["loud"]
    assert called(whoami, loud=True)["content"][0]["text"] == "CLIENT-1"
    forged = {"person": {"subject": "admin", "email": "a"}, "client_id": "c", "scopes": []}
    assert called(whoami, context=forged)["isError"] is True


def optional_context(context: Context | None = None) -> str:
    return context.person.subject if context else "nobody"


def annotated_context(context: Annotated[Context, "of the call"]) -> str:
    return context.person.subject


@pytest.mark.parametrize("function", [optional_context, annotated_context])
def test_a_client_can_never_say_who_is_signed_in(function: Callable[..., object]) -> None:
    forged = {"person": {"subject": "admin", "email": "a"}, "client_id": "c", "scopes": []}
    try:
        result = called(function, context=forged)
    except TypeError:  # refused when its signature was read
        return
    assert "admin" not in result["content"][0]["text"]


def in_words() -> str:
    return "x"


def nothing_said():  # type: ignore[no-untyped-def]
    return {"any": ["thing", 1]}


def nothing_at_all() -> None:
    pass


@pytest.mark.parametrize(
    ("function", "text"),
    [(in_words, "x"), (nothing_said, '{"any": ["thing", 1]}'), (nothing_at_all, "null")],
)
def test_a_result_without_a_shape_is_text(function: Callable[..., object], text: str) -> None:
    assert "outputSchema" not in described(function)
    result = called(function)
    assert result == {"content": [{"type": "text", "text": text}], "isError": False}


def a_point() -> Point:
    return Point(1, Place(name="é"))


def a_place() -> Place:
    return Place(name="x")


def counts() -> dict[str, int]:
    return {"a": 1}


def points() -> list[Point]:
    return [a_point()]


def maybe() -> Place | None:
    return None


def number() -> int:
    return 5


PLACE = {"name": "é", "note": None}


@pytest.mark.parametrize(
    ("function", "structured"),
    [
        (a_point, {"x": 1, "place": PLACE}),
        (a_place, {"name": "x", "note": None}),
        (counts, {"a": 1}),
        (points, {"result": [{"x": 1, "place": PLACE}]}),
        (maybe, {"result": None}),
        (number, {"result": 5}),
    ],
)
def test_a_result_with_a_shape_is_an_object_of_that_shape(
    function: Callable[..., object], structured: dict[str, Any]
) -> None:
    schema = described(function)["outputSchema"]
    assert schema["type"] == "object"
    assert set(schema.get("required", structured)) <= set(structured)
    result = called(function)
    assert result["structuredContent"] == structured
    assert json.loads(result["content"][0]["text"]) == structured


def test_a_wrapped_result_keeps_its_definitions_where_references_find_them() -> None:
    schema = described(points)["outputSchema"]
    assert schema["properties"]["result"]["items"] == {"$ref": "#/$defs/Point"}
    assert set(schema["$defs"]) == {"Point", "Place"}


class Aliased(BaseModel):
    """Named differently on the wire."""

    user_name: str = Field(serialization_alias="userName")


def test_structured_content_uses_the_names_that_the_output_schema_promised() -> None:
    def lookup() -> Aliased:
        return Aliased(user_name="x")

    (promised,) = described(lookup)["outputSchema"]["required"]
    assert called(lookup)["structuredContent"] == {promised: "x"}


def test_a_result_that_is_no_json_number_is_not_sent_as_one() -> None:
    def divide() -> float:
        return float("nan")

    text = json.dumps(called(divide))
    assert "NaN" not in text


def test_a_parameter_may_have_the_name_of_something_in_pydantic() -> None:
    def convert(json: str, copy: bool = False) -> str:
        return f"{json} {copy}"

    assert called(convert, json="x", copy=True)["content"][0]["text"] == "x True"


def positional(n: int, /) -> str:
    return str(n)


def many(*numbers: int) -> str:
    return str(numbers)


def hidden(_n: int) -> str:
    return str(_n)


async def later() -> str:
    return "x"


def twice(first: Context, second: Context) -> str:
    return f"{first}{second}"


@pytest.mark.parametrize("function", [positional, many, twice])
def test_a_function_that_no_call_can_reach_is_refused(function: Callable[..., object]) -> None:
    with pytest.raises(TypeError, match=function.__name__):
        _ = made(function).hints


def test_a_parameter_may_begin_with_an_underscore() -> None:
    assert called(hidden, _n=7)["content"][0]["text"] == "7"


def test_a_tool_may_be_asynchronous() -> None:
    assert called(later)["content"][0]["text"] == "x"


def test_a_result_of_another_type_than_declared_is_an_incident() -> None:
    def wrong() -> int:
        return "seven"  # type: ignore[return-value]

    assert called(wrong)["isError"]


def package(folder: Path, monkeypatch: pytest.MonkeyPatch, **modules: str) -> str:
    name = f"tools_of_{folder.name}"
    (folder / name).mkdir()
    (folder / name / "__init__.py").touch()
    for module, source in modules.items():
        (folder / name / f"{module}.py").write_text(f"from gatehouse.mcp import tool\n{source}")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return name


GREET = '@tool()\ndef {}() -> str:\n    """Greet."""\n    return "hello"\n'


def test_every_tool_of_a_package_is_loaded_in_the_order_of_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = GREET.format("b") + GREET.format("a") + "def no_tool() -> None: ...\n"
    name = package(tmp_path, monkeypatch, one=one, two=f"from .one import a\n{GREET.format('c')}")
    assert list(load_registry(name).tools) == ["a", "b", "c"]


def test_two_tools_of_one_name_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = package(tmp_path, monkeypatch, one=GREET.format("a"), two=GREET.format("a"))
    with pytest.raises(TypeError, match="two tools are named a"):
        load_registry(name)


OTHERS = """
from gatehouse.mcp import prompt, resource

@resource("a://{x}")
def kind(x: str) -> str:
    \"\"\"One of a kind.\"\"\"
    return x

@resource("a://one")
async def one() -> str:
    \"\"\"The one.\"\"\"
    return "x"

@prompt()
def ask() -> str:
    \"\"\"Ask.\"\"\"
    return "x"
"""


def test_a_module_may_offer_tools_resources_and_prompts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = package(tmp_path, monkeypatch, one=f"{GREET.format('ask')}", two=OTHERS)
    found = load_registry(name)

    assert (list(found.tools), list(found.prompts)) == (["ask"], ["ask"])
    assert (list(found.resources), list(found.templates)) == (["one"], ["kind"])


def test_two_resources_of_one_uri_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = OTHERS.replace("def one", "def other").replace("def kind", "def other_kind")
    name = package(tmp_path, monkeypatch, one=OTHERS, two=other.replace("def ask", "def b"))
    with pytest.raises(TypeError, match="two resources have the URI a://"):
        load_registry(name)
