"""The tools that the official conformance suite's scenarios of tasks expect.

Copied into functions/mcp/tools/ of a stack that is run for these scenarios alone.
"""

import time
from dataclasses import dataclass
from typing import Annotated

from gatehouse.mcp import AskedFirst, Context, ToolError, tool
from gatehouse.mcp.jsonrpc import INTERNAL_ERROR, RpcError
from gatehouse.mcp.questions import Elicit


@dataclass(frozen=True)
class Sure:
    """Whether to go on."""

    confirm: bool


@dataclass(frozen=True)
class Named:
    """A name."""

    name: str


@tool()
def greet(name: str) -> str:
    """Greet somebody at once."""
    return f"Hello, {name}!"


@tool(task="optional")
def slow_compute(seconds: int, label: str, context: Context) -> str:
    """Take that many seconds."""
    done_at = time.monotonic() + seconds
    while time.monotonic() < done_at and not context.cancelled:
        time.sleep(0.1)
    return f"{label} took {seconds} s"


@tool(task="required")
def failing_job() -> str:
    """Refuse after a while."""
    raise ToolError("The job failed")


@tool(task="optional")
def protocol_error_job() -> str:
    """End in an error of the protocol."""
    raise RpcError(INTERNAL_ERROR, "The job cannot be done at all")


@tool(task="optional")
def confirm_delete(filename: str, context: Context) -> str:
    """Ask before it is done."""
    sure = context.elicit(f"Delete {filename}?", Sure)
    return f"deleted {filename}" if sure.value.confirm else f"kept {filename}"


@tool(task="optional")
def multi_input(context: Context) -> str:
    """Ask two things at once."""
    first, second = context.ask_all(Elicit("First name?", Named), Elicit("Last name?", Named))
    return f"{first.value.name} {second.value.name}"


def ask_name(context: Context) -> str:
    """Asked before there is a task."""
    return context.elicit("What is your name?", Named, key="user_name").value.name


@tool(name="test_tool_with_task", task="required")
def greet_later(user_name: Annotated[str, AskedFirst(ask_name)]) -> str:
    """Greet who was asked for their name."""
    return f"Hello, {user_name}!"
