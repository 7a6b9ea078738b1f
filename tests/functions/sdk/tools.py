"""The tools that both servers have: this very file is a tool module of ours."""

from dataclasses import dataclass
from typing import Any

from gatehouse.mcp import ToolError, tool


@dataclass(frozen=True)
class Sum:
    """A sum and what it was made of."""

    total: int
    parts: list[int]


@tool(title="Addition")
def add(a: int, b: int = 1) -> Sum:
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


FUNCTIONS = (add, count, crash, echo, refuse)
