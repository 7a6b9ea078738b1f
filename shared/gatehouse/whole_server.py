"""Puts a whole MCP server, of the official SDK or FastMCP, behind the access tokens.

In the place of the built-in one, in functions/mcp/server.py:

    SERVER = whole_server(server)

or in a function of its own:

    handler = protect_server(server, resource="/notes/mcp")

The function brings the server's library. docs/examples/ shows both.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextvars import copy_context
from copy import copy
from typing import Any, Final

from gatehouse.asgi import ask
from gatehouse.http.handler import Handler
from gatehouse.http.mcp_response import mcp_body, mcp_response, method_not_allowed
from gatehouse.http.request import Request
from gatehouse.http.wrapping import without_credentials
from gatehouse.mcp import jsonrpc
from gatehouse.mcp.caller import Caller
from gatehouse.mcp.carriers import LAMBDA, Carrier, within
from gatehouse.mcp.server import McpServer, Reply
from gatehouse.oauth.resources import MCP_PATH
from gatehouse.protect import acting_for, current_context, protect

# Of every call, so that what a server keeps between calls finds the loop that it began with
_LOOP: Final = asyncio.Runner()
# Clients that say nothing of what they take, as those of HTTP+SSE, are better off with an answer.
# No stream is taken: the SDK's `subscriptions/listen` would be one without end. What clients send
# was looked at before
_MEDIA_TYPES: Final = {"accept": "application/json", "content-type": "application/json"}


def whole_server(server: Any, *, path: str = MCP_PATH) -> McpServer:
    """A `MCPServer` or `FastMCP`, as it is asked in the place of the built-in server.

    `FastMCP` is that of the package fastmcp, or of the official SDK before 2.0. It believes itself
    to be at `path`. Raises `TypeError` for what is no such server.
    """
    make = _application(server, path)
    make()  # a mistake shows when the function starts
    return _WholeServer(make, path)


def protect_server(server: Any, *, resource: str, scope: str | None = None) -> Handler:
    """The Lambda handler of a `MCPServer` or `FastMCP` at `resource`, as `protect` makes it.

    `resource` is a path of this host. Raises what `protect` and `whole_server` raise.
    """
    whole = whole_server(server, path=resource)

    def handle(event: Any, context: object) -> dict[str, Any]:
        request = Request.from_event(event, "")
        if request.method != "POST":
            return method_not_allowed().to_result({})
        reply = whole.answer(request.headers, mcp_body(request), current_context(), LAMBDA)
        return mcp_response(reply).to_result({})

    return protect(handle, resource=resource, scope=scope)


class _WholeServer:
    """Keeps the promise of `McpServer`."""

    def __init__(self, make: Callable[[], Any], path: str) -> None:
        self._make = make
        self._path = path

    def answer(
        self, headers: Mapping[str, str], body: bytes, caller: Caller, carrier: Carrier
    ) -> Reply:
        try:
            # Read as the built-in server does: what is checked before a call, and the call itself,
            # are to be of the same message (RFC 8259 section 4)
            message = jsonrpc.parse(body)
        except jsonrpc.RpcError as problem:
            return Reply(400, jsonrpc.error(None, problem))
        sent = {**without_credentials(headers), **_MEDIA_TYPES}
        # an application a call: its session manager runs once
        asked = ask(self._make(), self._path, sent, body)
        with acting_for(caller):
            status, text = _LOOP.run(asked, context=copy_context())
        return within(Reply(status, _json(status, text), _method(message)), carrier)

    def run_task(self, task_id: str) -> str:  # noqa: ARG002 - none is its own
        """Nothing: tasks are the built-in server's, and one that still waits is not run."""
        return "no_tasks"


def _application(server: Any, path: str) -> Callable[[], Any]:
    # Nothing streams through an HTTP API, and no two calls need meet the same process
    modes = {"stateless_http": True, "json_response": True}
    if hasattr(server, "http_app"):
        return lambda: server.http_app(path=path, **modes)
    if hasattr(server, "streamable_http_app"):
        from mcp.server.transport_security import TransportSecuritySettings

        # The SDK takes local hosts alone otherwise; who comes by a strange one has no token for it
        any_host = TransportSecuritySettings(enable_dns_rebinding_protection=False)
        told = {"streamable_http_path": path, "transport_security": any_host, **modes}
        if hasattr(getattr(server, "settings", None), "stateless_http"):
            return lambda: _told_by_settings(server, told).streamable_http_app()
        return lambda: server.streamable_http_app(**told)
    raise TypeError(f"no MCP server of the official SDK or FastMCP: {server!r}")


def _told_by_settings(server: Any, told: Mapping[str, Any]) -> Any:
    """A server of the SDK's 1.x line, which is told by its settings what later ones are asked with.

    It is a copy: whoever runs the server elsewhere has it as it was. What it offers is the same.
    """
    made = copy(server)
    made.settings = server.settings.model_copy(update=told)
    # the application is another one, also where somebody has made one of the server before
    made._session_manager = None
    return made


def _json(status: int, text: bytes) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        raise RuntimeError(f"the whole server answered {status}, and no JSON") from None


def _method(message: object) -> str:
    """The method for the log, which has no words in it that a client makes up."""
    from gatehouse.mcp.methods import is_method

    method = message.get("method") if isinstance(message, dict) else None
    return method if isinstance(method, str) and is_method(method) else ""
