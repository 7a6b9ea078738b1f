"""POST, GET and DELETE /mcp/mcp: a server of the official SDK, in place of the built-in one."""

from mcp.server import MCPServer

from gatehouse.protect import current_context
from gatehouse.whole_server import protect_server

server = MCPServer("Books")


@server.tool()
def lend_book(title: str) -> str:
    """Lend a book to whoever is signed in."""
    return f"{current_context().person.email} borrows {title}"


handler = protect_server(server)
