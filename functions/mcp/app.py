"""POST, GET and DELETE /mcp/mcp: the MCP server, a protected resource (RFC 9728)."""

from gatehouse import __version__, wiring
from gatehouse.http.handler import endpoint
from gatehouse.http.mcp_response import mcp_body, mcp_response, method_not_allowed, show_mcp_error
from gatehouse.http.request import Request
from gatehouse.http.response import Response
from gatehouse.log.failures import log_failure
from gatehouse.mcp.endpoint import answer
from gatehouse.mcp.server import Server
from gatehouse.mcp.tools import load_tools
from gatehouse.oauth.resources import Resources
from gatehouse.protect import authorized

SERVER = Server(wiring.settings().server_name, __version__, load_tools("tools"), log_failure)


def serve(request: Request) -> Response:
    """Answer an MCP message for whoever the access token stands for."""
    context = authorized(request, Resources(request.issuer).mcp)
    # After the token: a client without one needs the challenge, whatever it tried
    if request.method != "POST":
        return method_not_allowed()
    return mcp_response(answer(SERVER, request.headers, mcp_body(request), context))


handler = endpoint(serve, show_error=show_mcp_error)
