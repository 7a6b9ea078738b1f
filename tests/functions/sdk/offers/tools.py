"""The tools that both servers have: this very file is a tool module of ours."""

from dataclasses import dataclass
from typing import Annotated, Any

from gatehouse.mcp import Context, InHeader, ToolError, tool


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
