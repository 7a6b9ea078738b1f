"""An MCP server of FastMCP, behind Mangum, for whoever Gatehouse gave an access token."""

from fastmcp import FastMCP
from mangum import Mangum

from gatehouse.protect import current_context, protect

server = FastMCP("Memos")


@server.tool
def write_memo(text: str) -> str:
    """Write a memo in the name of whoever is signed in."""
    return f"{current_context().person.email} minutes: {text}"


def serve(event, context):
    # an application a call: its session manager runs once, and Mangum ends it with each event
    application = server.http_app(path="/memos/mcp", stateless_http=True, json_response=True)
    return Mangum(application)(event, context)


handler = protect(serve, resource="/memos/mcp")
