"""The tools that both servers have: this very file is a tool module of ours."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any

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
    ToolError,
    tool,
)

_NOTES = Annotations(audience=("assistant",), priority=0.9, last_modified="2026-01-01T00:00:00Z")


@dataclass(frozen=True)
class Sum:
    """A sum and what it was made of."""

    total: int
    parts: list[int]


@tool(title="Addition", read_only=True, open_world=False)
def add(a: Annotated[int, "The first"], b: int = 1) -> Sum:
    """Add two numbers."""
    return Sum(a + b, [a, b])


@tool()
def count(values: list[Any], note: str | None = None) -> int:
    """Count values."""
    return len(values)


@tool()
def echo(text: str, beside: dict[str, Any] | None = None) -> str:
    """Say it again."""
    return text


@tool()
def refuse() -> str:
    """Refuse to work."""
    raise ToolError("Not today")


@tool()
def crash() -> str:
    """Fail in a way nobody expected."""
    raise RuntimeError("the database password is hunter2")


@tool(destructive=False, idempotent=True)
def route(
    region: Annotated[str, InHeader("Region")] = "here",
    shard: Annotated[int, InHeader("Shard")] = 0,
    dry: Annotated[bool, InHeader("Dry")] = False,
) -> str:
    """Send something somewhere."""
    return f"{region} {shard} {dry}"


@tool()
def walk(steps: list[float], levels: list[str], context: Context) -> str:
    """Tell how far it is, and write to the log."""
    for step in steps:
        context.progress(step, 10, f"at {step}")
    for level in levels:
        context.log(level, {"level": level}, logger="walk")
    return "arrived"


@tool(icons=[Icon("https://icons.example/paint.png", "image/png", ("48x48", "any"), "dark")])
async def paint(times: int = 1) -> list[Image]:
    """Paint the same picture, in its own time."""
    await asyncio.sleep(0)
    return [Image(b"\x89PNG", "image/png", annotations=_NOTES)] * times


@tool()
def sing() -> Audio:
    """Make a sound."""
    return Audio(b"\x00\xff", "audio/wav")


@tool()
def lead(times: int = 1) -> list[ResourceLink]:
    """Lead to resources."""
    link = ResourceLink("notes://about", "about", "About", "What they are", "text/markdown", 7)
    return [link] * times


@tool()
def embed() -> list[str | Text | EmbeddedResource]:
    """Show resources, and say something of them."""
    return [
        "Two notes:",
        EmbeddedResource("notes://about", "# Notes", "text/markdown"),
        EmbeddedResource("notes://picture", b"\x89PNG", annotations=_NOTES),
        Text("That is all", annotations=Annotations(audience=("user",), priority=0.0)),
    ]


@tool()
async def wait(text: str) -> Sum:
    """Wait, and measure a text."""
    await asyncio.sleep(0)
    return Sum(len(text), [])
