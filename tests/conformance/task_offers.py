"""The tools that the official conformance suite's scenarios of tasks expect.

Copied into functions/mcp/tools/ of a stack that is run for these scenarios alone.
"""

import time

from gatehouse.mcp import Context, ToolError, tool
from gatehouse.mcp.jsonrpc import INTERNAL_ERROR, RpcError


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
