"""A server of the official SDK, as somebody has it already."""

from mcp.server import MCPServer

from gatehouse.protect import current_context

server = MCPServer("Books")


@server.tool()
def lend_book(title: str) -> str:
    """Lend a book to whoever is signed in."""
    return f"{current_context().person.email} borrows {title}"
