"""A server whose operator added what answers with as much as it is told to."""

from pathlib import Path

OFFERS = '''
from gatehouse.mcp import Context, ToolError, prompt, resource, tool
from gatehouse.mcp.jsonrpc import INTERNAL_ERROR, RpcError

@tool()
def repeat(text: str, times: int, context: Context) -> str:
    """Repeat a text."""
    return text * times

@tool()
def chatter(text: str, times: int, context: Context) -> str:
    """Repeat a text on the way, and say little in the end."""
    context.log("info", "before")
    context.log("info", text * times)
    return "done"

@tool()
def add(numbers: list[int], named: dict[str, list[int]] | None = None) -> int:
    """Add numbers."""
    return sum(numbers)

@tool(task="optional")
def refuse(text: str, times: int) -> str:
    """End in an error of the protocol."""
    raise RpcError(INTERNAL_ERROR, text * times)

@tool(task="optional")
def count(to: int, message: str, context: Context) -> dict[str, list[int]]:
    """Count."""
    context.progress(1, message=message)
    return {"numbers": [1] * to}

@resource("large://{times}")
def large(times: int) -> str:
    """A large text."""
    return "x" * times

@resource("broken://{+name}")
def broken(name: str) -> str:
    """What fails in a way nobody expected."""
    raise RuntimeError("the database password is hunter2")

@prompt()
def praise(times: str) -> str:
    """A large prompt."""
    return "é" * int(times)

@prompt()
def scold(times: str) -> str:
    """Refuse at length."""
    raise ToolError("é" * int(times))
'''


def add_large_offers(project: Path) -> Path:
    """Add the offers to a copy of the project."""
    (project / "functions" / "mcp" / "tools" / "large.py").write_text(OFFERS)
    return project
