"""An MCP server of the official SDK, for whoever Gatehouse gave an access token."""

from mcp.server import MCPServer

from gatehouse.protect import current_context
from gatehouse.whole_server import protect_server

server = MCPServer("Notes")


@server.tool()
def write_note(text: str) -> str:
    """Write a note in the name of whoever is signed in."""
    return f"{current_context().person.email} notes: {text}"


handler = protect_server(server, resource="/notes/mcp")
