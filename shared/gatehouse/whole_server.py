"""Puts a whole MCP server, of the official SDK or FastMCP, behind the access tokens:

    from gatehouse.whole_server import protect_server

    handler = protect_server(server)

The function brings the server's library and Mangum, which takes Lambda's events to applications.
docs/examples/ shows it in the place of the built-in server, and in functions of its own.
"""

from typing import Any

from gatehouse.http.handler import Handler
from gatehouse.oauth.resources import MCP_PATH
from gatehouse.protect import protect


def protect_server(server: Any, *, resource: str = MCP_PATH, scope: str | None = None) -> Handler:
    """The Lambda handler of a `MCPServer` or `FastMCP` at `resource`, as `protect` makes it.

    `resource` is a path of this host. Raises what `protect` raises, and `TypeError` for what is no
    such server.
    """
    from mangum import Mangum

    _application(server, resource)  # a mistake shows when the function starts

    def handle(event: Any, context: Any) -> Any:
        # an application a call: its session manager runs once, and Mangum ends it with each event
        return Mangum(_application(server, resource))(event, context)

    return protect(handle, resource=resource, scope=scope)


def _application(server: Any, path: str) -> Any:
    # Nothing streams through an HTTP API, and no two calls need meet the same process
    modes = {"stateless_http": True, "json_response": True}
    if hasattr(server, "http_app"):
        return server.http_app(path=path, **modes)
    if hasattr(server, "streamable_http_app"):
        from mcp.server.transport_security import TransportSecuritySettings

        # The SDK takes local hosts alone otherwise; who comes by a strange one has no token for it
        any_host = TransportSecuritySettings(enable_dns_rebinding_protection=False)
        return server.streamable_http_app(
            streamable_http_path=path, transport_security=any_host, **modes
        )
    raise TypeError(f"no MCP server of the official SDK or FastMCP: {server!r}")
