"""POST, GET and DELETE /mcp/mcp: the MCP server, a protected resource (RFC 9728)."""

from server import SERVER

from gatehouse import wiring
from gatehouse.errors import OAuthError
from gatehouse.http.handler import endpoint
from gatehouse.http.mcp_response import mcp_body, mcp_response, method_not_allowed, show_mcp_error
from gatehouse.http.origins import require_origin
from gatehouse.http.request import Request
from gatehouse.http.response import Response
from gatehouse.mcp.carriers import LAMBDA
from gatehouse.oauth.resources import Resources
from gatehouse.protect import authorized

SCOPES = wiring.settings().policy.scopes


def serve(request: Request) -> Response:
    """Answer an MCP message for whoever the access token stands for."""
    require_origin(request)
    caller = authorized(request, Resources(request.issuer).mcp, SCOPES.minimum, SCOPES)
    # After the token: a client without one needs the challenge, whatever it tried
    if request.method != "POST":
        return method_not_allowed()
    reply = SERVER.answer(request.headers, mcp_body(request), caller, LAMBDA)
    return mcp_response(reply, request.headers.get("accept", ""))


def show_error(error: OAuthError, request: Request | None) -> Response:
    """The error as MCP clients read it, with the challenge that tells what to ask for."""
    return show_mcp_error(error, request, minimum=SCOPES.minimum)


handler = endpoint(serve, show_error=show_error)
