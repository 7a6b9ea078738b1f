"""Protocol versions 2025-03-26 to 2025-11-25: a handshake, then plain results.

The handshake is answered and forgotten: no session id is given out, so any process can answer the
next request.
"""

from typing import TYPE_CHECKING, Any

from gatehouse.mcp import jsonrpc, versions
from gatehouse.mcp.calling import call_tool, list_tools
from gatehouse.mcp.context import Context
from gatehouse.mcp.jsonrpc import INVALID_REQUEST, METHOD_NOT_FOUND, Call, RpcError

if TYPE_CHECKING:
    from gatehouse.mcp.server import Reply, Server


def answer(server: "Server", version: str, call: Call, context: Context) -> "Reply":
    """Answer one request or notification of a client that speaks `version`."""
    from gatehouse.mcp.server import Reply

    # 2025-06-18, "Protocol Version Header": an unsupported version is a 400
    if version not in versions.LEGACY:
        problem = RpcError(
            INVALID_REQUEST, f"Unsupported protocol version; one of {', '.join(versions.LEGACY)}"
        )
        return Reply(400, jsonrpc.error(call.id, problem))
    if call.is_notification:
        return Reply(202, method=call.method)
    # Errors are answers too: clients of these versions throw a body away that is no 200
    try:
        result = _result(server, version, call, context)
    except RpcError as problem:
        return Reply(200, jsonrpc.error(call.id, problem), call.method)
    return Reply(200, jsonrpc.result(call.id, result), call.method)


def _result(server: "Server", version: str, call: Call, context: Context) -> dict[str, Any]:
    match call.method:
        case "initialize":
            return _initialize(server, call)
        case "ping":
            return {}
        case "tools/list":
            return list_tools(server.tools, call.params, version)
        case "tools/call":
            return call_tool(server.tools, call.params, context, version)
    raise RpcError(METHOD_NOT_FOUND, f"Method not found: {call.method}")


def _initialize(server: "Server", call: Call) -> dict[str, Any]:
    # 2025-11-25, Lifecycle, "Version Negotiation": the same version back if it is supported,
    # else the latest that this handshake knows
    requested = call.params.get("protocolVersion")
    return {
        "protocolVersion": requested if requested in versions.LEGACY else versions.LEGACY[0],
        "capabilities": {"tools": {}},
        "serverInfo": {"name": server.name, "version": server.version},
    }
