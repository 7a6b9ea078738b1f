"""What a tool's result may consist of, and what a list tells of a tool."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, cast

import pytest
from pydantic import BaseModel

from gatehouse.mcp import (
    Annotations,
    Audio,
    Context,
    EmbeddedResource,
    Icon,
    Image,
    InHeader,
    ResourceLink,
    Text,
    prompt,
    resource,
    tool,
)
from tests.unit.mcp_server import LEGACY, MODERN
from tests.unit.offering import asked, error, offer_of, result, server_of

LINK = ResourceLink("a://b", "b", title="B", description="A B", mime_type="text/plain", size=5)
NOTES = Annotations(
    audience=("user", "assistant"), priority=1, last_modified="2026-01-01T00:00:00Z"
)


@tool()
def picture() -> Image:
    """Show a picture."""
    return Image(b"\x00\x01", "image/png", annotations=NOTES)


@tool()
def sound() -> Audio:
    """Make a sound."""
    return Audio(b"\x00", "audio/wav")


@tool()
def link() -> ResourceLink:
    """Lead to a resource."""
    return LINK


@tool()
def mixed() -> list[str | Image | EmbeddedResource | Text]:
    """Show several things."""
    return [
        "first",
        Image(b"", "image/png"),
        EmbeddedResource("a://b", b"\xff", "image/png"),
        Text("for you alone", annotations=Annotations(audience=("assistant",))),
    ]


@tool()
def unannounced() -> Any:
    """Show a picture that the type says nothing of."""
    return (Image(b"", "image/png"), {"a": [1]})


@tool()
def maybe(shown: bool) -> Image | None:
    """Show a picture, or nothing."""
    return Image(b"", "image/png") if shown else None


SERVER = server_of(picture, sound, link, mixed, unannounced, maybe)


def called(name: str, version: str = MODERN, /, **arguments: object) -> Any:
    params = {"name": name, "arguments": arguments}
    answer = result(asked(SERVER, "tools/call", params, version=version))
    assert answer.pop("isError") is False
    assert "structuredContent" not in answer
    return answer["content"]


def test_every_kind_of_content_is_a_block() -> None:
    assert called("picture") == [
        {
            "type": "image",
            "data": "AAE=",
            "mimeType": "image/png",
            "annotations": {
                "audience": ["user", "assistant"],
                "priority": 1,
                "lastModified": "2026-01-01T00:00:00Z",
            },
        }
    ]
    assert called("sound") == [{"type": "audio", "data": "AA==", "mimeType": "audio/wav"}]
    assert called("link") == [
        {
            "type": "resource_link",
            "uri": "a://b",
            "name": "b",
            "title": "B",
            "description": "A B",
            "mimeType": "text/plain",
            "size": 5,
        }
    ]


def test_a_list_may_mix_them_with_text() -> None:
    assert called("mixed") == [
        {"type": "text", "text": "first"},
        {"type": "image", "data": "", "mimeType": "image/png"},
        {
            "type": "resource",
            "resource": {"uri": "a://b", "mimeType": "image/png", "blob": "/w=="},
        },
        {
            "type": "text",
            "text": "for you alone",
            "annotations": {"audience": ["assistant"]},
        },
    ]


def test_content_counts_even_where_the_type_does_not_say_so() -> None:
    assert called("unannounced") == [
        {"type": "image", "data": "", "mimeType": "image/png"},
        {"type": "text", "text": '{"a": [1]}'},
    ]
    assert called("maybe", shown=True)[0]["type"] == "image"
    assert called("maybe", shown=False) == [{"type": "text", "text": "null"}]


def test_no_content_is_no_block() -> None:
    @tool()
    def none() -> list[Image]:
        """Show no picture."""
        return []

    assert result(asked(server_of(none), "tools/call", {"name": "none"}))["content"] == []


def test_a_link_is_its_uri_before_there_were_links() -> None:
    assert called("link", "2025-03-26") == [{"type": "text", "text": "a://b"}]


@pytest.mark.parametrize("version", [*LEGACY, MODERN])
def test_content_has_no_output_schema(version: str) -> None:
    for listed in result(asked(SERVER, "tools/list", version=version))["tools"]:
        assert "outputSchema" not in listed


@dataclass
class Place:
    """Somewhere."""

    name: str


class Model(BaseModel):
    """A model."""

    place: Place


SCHEMA = {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "if": {}}


@tool(icons=[Icon("data:image/png;base64,", theme="dark")], input_schema=SCHEMA)
async def asynchronous(context: Context, name: str = "x") -> Model:
    """Take its time."""
    return Model(place=Place(name))


@pytest.mark.parametrize("version", [*LEGACY, MODERN])
def test_a_tool_is_listed_with_icons_and_the_schema_that_was_given(version: str) -> None:
    (listed,) = result(asked(server_of(asynchronous), "tools/list", version=version))["tools"]

    assert listed["inputSchema"] == SCHEMA
    known = version in ("2025-11-25", MODERN)
    assert listed.get("icons") == (
        [{"src": "data:image/png;base64,", "theme": "dark"}] if known else None
    )


def test_the_arguments_are_still_read_by_the_types() -> None:
    server = server_of(asynchronous)
    good = asked(server, "tools/call", {"name": "asynchronous", "arguments": {"name": "y"}})
    bad = asked(server, "tools/call", {"name": "asynchronous", "arguments": {"name": 5}})

    assert result(good)["structuredContent"] == {"place": {"name": "y"}}
    assert result(bad)["isError"] is True


@tool()
def route(
    region: Annotated[str, "Where", InHeader("Region")],
    count: Annotated[int, InHeader("Count")] = 1,
    fast: Annotated[bool, InHeader("x-fast")] = False,
) -> str:
    """Take arguments that headers repeat."""
    return f"{region} {count} {fast}"


def routed(headers: dict[str, str], version: str = MODERN, /, **arguments: object) -> Any:
    params = {"name": "route", "arguments": arguments}
    return asked(server_of(route), "tools/call", params, headers=headers, version=version)


def test_the_schema_names_the_headers() -> None:
    (listed,) = result(asked(server_of(route), "tools/list"))["tools"]

    properties = listed["inputSchema"]["properties"]
    assert properties["region"] == {
        "type": "string",
        "description": "Where",
        "x-mcp-header": "Region",
    }
    assert properties["count"]["x-mcp-header"] == "Count"
    assert properties["fast"] == {"type": "boolean", "default": False, "x-mcp-header": "x-fast"}


@pytest.mark.parametrize(
    ("headers", "arguments"),
    [
        ({"region": "eu"}, {"region": "eu"}),
        ({"region": " eu "}, {"region": "eu"}),
        ({"region": "=?base64?w6k=?="}, {"region": "é"}),
        ({"region": "eu", "count": "42"}, {"region": "eu", "count": 42}),
        ({"region": "eu", "count": "42.0"}, {"region": "eu", "count": 42}),
        ({"region": "eu", "count": "42"}, {"region": "eu", "count": 42.0}),
        ({"region": "eu", "count": str(2**53 - 1)}, {"region": "eu", "count": 2**53 - 1}),
        ({"region": "eu", "count": "-1"}, {"region": "eu", "count": -1}),
        ({"region": "eu", "x-fast": "true"}, {"region": "eu", "fast": True}),
        ({"region": ""}, {"region": ""}),
    ],
)
def test_headers_that_repeat_the_arguments_are_taken(
    headers: dict[str, str], arguments: dict[str, object]
) -> None:
    sent = {f"mcp-param-{name}": value for name, value in headers.items()}
    assert result(routed(sent, **arguments))["isError"] is False


@pytest.mark.parametrize(
    ("headers", "arguments"),
    [
        ({}, {"region": "eu"}),
        ({"region": "us"}, {"region": "eu"}),
        ({"region": "EU"}, {"region": "eu"}),
        ({"region": "=?base64?w6?="}, {"region": "é"}),
        ({"region": "eu"}, {"region": "eu", "count": 42}),
        ({"region": "eu", "count": "43"}, {"region": "eu", "count": 42}),
        ({"region": "eu", "count": "42.5"}, {"region": "eu", "count": 42}),
        ({"region": "eu", "count": "1"}, {"region": "eu", "count": True}),
        ({"region": "eu", "count": "nan"}, {"region": "eu", "count": 42}),
        ({"region": "eu", "count": str(2**53)}, {"region": "eu", "count": 2**53 + 1}),
        ({"region": "eu", "count": str(2**53 + 1)}, {"region": "eu", "count": 2**53}),
        ({"region": "eu", "count": "9" * 5000}, {"region": "eu", "count": 42}),
        ({"region": "=?base64?ZXV=?="}, {"region": "eu"}),  # another text of the same bytes
        ({"region": "eu", "count": "1"}, {"region": "eu"}),
        ({"region": "eu", "count": "1"}, {"region": "eu", "count": None}),
        ({"region": "eu", "x-fast": "1"}, {"region": "eu", "fast": True}),
        ({"region": "eu", "count": "[1]"}, {"region": "eu", "count": [1]}),
    ],
    ids=str,
)
def test_headers_that_do_not_are_a_mismatch(
    headers: dict[str, str], arguments: dict[str, object]
) -> None:
    sent = {f"mcp-param-{name}": value for name, value in headers.items()}
    assert error(routed(sent, **arguments))[:2] == (400, -32020)


def test_an_argument_that_is_null_or_missing_needs_no_header() -> None:
    assert result(routed({}, region=None))["isError"] is True
    assert result(routed({}))["isError"] is True


def test_an_argument_that_no_header_could_repeat_is_told_of_as_a_bad_one() -> None:
    assert result(routed({"mcp-param-region": "eu"}, region="eu", count=[1]))["isError"] is True


@pytest.mark.parametrize("version", LEGACY)
def test_no_header_is_needed_before_there_were_any(version: str) -> None:
    assert result(routed({}, version, region="eu"))["isError"] is False


def in_a_number(x: Annotated[float, InHeader("x")]) -> str:
    """Have a header for what none may repeat."""
    return str(x)


def in_a_bad_name(x: Annotated[str, InHeader("a b")]) -> str:
    """Have a header that is none."""
    return x


def in_two(x: Annotated[str, InHeader("a")], y: Annotated[str, InHeader("A")]) -> str:
    """Have one header twice."""
    return x + y


@pytest.mark.parametrize("function", [in_a_number, in_a_bad_name, in_two])
def test_headers_that_clients_would_not_send_are_refused(function: Any) -> None:
    with pytest.raises(TypeError, match=f"the tool {function.__name__}: "):
        offer_of(tool()(function)).check()


def text() -> str:
    """Say something."""
    return ""


@pytest.mark.parametrize(
    ("mark", "what"),
    [
        (tool(icons=[Icon("a:", sizes=cast("Any", (math.inf,)))]), "icons"),
        (tool(icons=cast("Any", ["https://example.com/icon.png"])), "icons"),
        (tool(input_schema={"maximum": math.nan}), "input_schema"),
        (tool(input_schema={"enum": cast("Any", {"a", "b"})}), "input_schema"),
        (tool(title=cast("Any", b"Text")), "title"),
        (tool(read_only=cast("Any", object())), "annotations"),
        (prompt(icons=[Icon(cast("Any", Path("icon.png")))]), "icons"),
        (resource("a:", annotations=Annotations(priority=math.nan)), "annotations"),
        (resource("a:", annotations=cast("Any", {"audience": {"user"}})), "annotations"),
        (resource("a:", size=cast("Any", math.nan)), "size"),
        (resource("a:", mime_type=cast("Any", b"text/plain")), "mime_type"),
        (resource("a:", fresh_seconds=cast("Any", object())), "fresh_seconds"),
    ],
)
def test_what_no_list_could_say_keeps_the_server_from_starting(mark: Any, what: str) -> None:
    with pytest.raises(TypeError, match=f"text has {what} that JSON cannot say"):
        offer_of(mark(text)).check()
