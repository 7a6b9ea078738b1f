"""POST, GET and DELETE /mcp/mcp: the MCP server, a protected resource (RFC 9728).

The same code is a function of its own that runs tasks, entered by `run_task`.
"""

from gatehouse import __version__, wiring
from gatehouse.errors import OAuthError
from gatehouse.http.handler import endpoint
from gatehouse.http.mcp_response import mcp_body, mcp_response, method_not_allowed, show_mcp_error
from gatehouse.http.origins import require_origin
from gatehouse.http.request import Request
from gatehouse.http.response import Response
from gatehouse.log.failures import log_failure
from gatehouse.mcp.endpoint import answer
from gatehouse.mcp.registry.loading import load_registry
from gatehouse.mcp.scopes import ScopesMissing
from gatehouse.mcp.server import Server
from gatehouse.oauth.resources import Resources
from gatehouse.oauth.tokens.bearer import insufficient_scope
from gatehouse.protect import authorized
from gatehouse.task_runs import task_runs

SCOPES = wiring.settings().policy.scopes
SERVER = Server(
    wiring.settings().server_name,
    __version__,
    # one whose scope is not in the catalogue keeps the function from starting
    load_registry("tools", scopes=SCOPES.names),
    log_failure,
    SCOPES.reach,
    request_states=wiring.request_states,
    tasks=wiring.tasks,
)


def serve(request: Request) -> Response:
    """Answer an MCP message for whoever the access token stands for."""
    require_origin(request)
    caller = authorized(request, Resources(request.issuer).mcp, SCOPES.minimum, SCOPES)
    # After the token: a client without one needs the challenge, whatever it tried
    if request.method != "POST":
        return method_not_allowed()
    try:
        reply = answer(SERVER, request.headers, mcp_body(request), caller)
        return mcp_response(reply, request.headers.get("accept", ""))
    except ScopesMissing as missing:
        needed = (*SCOPES.minimum, *missing.needed)
        raise insufficient_scope(caller.scopes, needed, SCOPES) from None


def show_error(error: OAuthError, request: Request | None) -> Response:
    """The error as MCP clients read it, with the challenge that tells what to ask for."""
    return show_mcp_error(error, request, minimum=SCOPES.minimum)


handler = endpoint(serve, show_error=show_error)
run_task = task_runs(SERVER)
