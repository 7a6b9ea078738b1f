"""An MCP server of FastMCP, for whoever Gatehouse gave an access token."""

from fastmcp import FastMCP

from gatehouse.protect import current_context
from gatehouse.whole_server import protect_server

server = FastMCP("Memos")


@server.tool
def write_memo(text: str) -> str:
    """Write a memo in the name of whoever is signed in."""
    return f"{current_context().person.email} minutes: {text}"


handler = protect_server(server, resource="/memos/mcp")
