"""Protocol versions 2025-03-26 to 2025-11-25: a handshake, then plain results.

The handshake is answered and forgotten: no session id is given out, so any process can answer the
next request.
"""

from typing import Any, Final

from gatehouse.mcp import jsonrpc, versions
from gatehouse.mcp.calling import call_tool, list_tools
from gatehouse.mcp.context import Context
from gatehouse.mcp.jsonrpc import METHOD_NOT_FOUND, Call, RpcError
from gatehouse.mcp.server import Reply, Server


def answer(server: Server, version: str, call: Call, context: Context) -> Reply:
    """Answer one request or notification of a client that speaks `version`, one of `LEGACY`."""
    if call.is_notification:
        return Reply(202, method="notification")
    respond = _METHODS.get(call.method)
    # Errors are answers too: clients of these versions throw a body away that is no 200
    if respond is None:
        problem = RpcError(METHOD_NOT_FOUND, f"Method not found: {call.method}")
        return Reply(200, jsonrpc.error(call.id, problem))
    try:
        result = respond(server, call, context, version)
    except RpcError as problem:
        return Reply(200, jsonrpc.error(call.id, problem), call.method)
    return Reply(200, jsonrpc.result(call.id, result), call.method)


def _initialize(server: Server, call: Call, context: Context, version: str) -> dict[str, Any]:
    # 2025-11-25, Lifecycle, "Version Negotiation": the same version back if it is supported,
    # else the latest that this handshake knows
    requested = call.params.get("protocolVersion")
    return {
        "protocolVersion": requested if requested in versions.LEGACY else versions.LEGACY[0],
        "capabilities": {"tools": {}},
        "serverInfo": {"name": server.name, "version": server.version},
    }


def _ping(server: Server, call: Call, context: Context, version: str) -> dict[str, Any]:
    return {}


_METHODS: Final = {
    "initialize": _initialize,
    "ping": _ping,
    "tools/list": list_tools,
    "tools/call": call_tool,
}
