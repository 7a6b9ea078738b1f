"""An MCP server of the official SDK, behind Mangum, for whoever Gatehouse gave an access token."""

from mangum import Mangum
from mcp.server import MCPServer
from mcp.server.transport_security import TransportSecuritySettings

from gatehouse.protect import current_context, protect

server = MCPServer("Notes")
# The SDK takes local hosts alone otherwise; who comes by a strange one has no token for this one
ANY_HOST = TransportSecuritySettings(enable_dns_rebinding_protection=False)


@server.tool()
def write_note(text: str) -> str:
    """Write a note in the name of whoever is signed in."""
    return f"{current_context().person.email} notes: {text}"


def serve(event, context):
    # an application a call: its session manager runs once, and Mangum ends it with each event
    application = server.streamable_http_app(
        streamable_http_path="/notes/mcp",
        stateless_http=True,
        json_response=True,
        transport_security=ANY_HOST,
    )
    return Mangum(application)(event, context)


handler = protect(serve, resource="/notes/mcp")
