"""The MCP server: JSON-RPC, the protocol's eras, and tools. Knows nothing of OAuth.

A tool is a typed function with a docstring:

    from gatehouse.mcp import Context, tool

    @tool(title="Greeting", read_only=True)
    def greet(name: str, context: Context) -> str:
        \"\"\"Greet somebody in the name of whoever is signed in.\"\"\"
        return f"{context.person.email} says hello to {name}"
"""

from gatehouse.mcp.caller import Caller, Person
from gatehouse.mcp.context import Context
from gatehouse.mcp.registry.tools import ToolError, tool

__all__ = ["Caller", "Context", "Person", "ToolError", "tool"]
