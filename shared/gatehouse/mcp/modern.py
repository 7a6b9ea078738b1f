"""Protocol version 2026-07-28: every request stands alone and says what it is in its headers."""

import base64
import binascii
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from gatehouse.mcp import jsonrpc, versions
from gatehouse.mcp.calling import call_tool, list_tools
from gatehouse.mcp.context import Context
from gatehouse.mcp.jsonrpc import (
    HEADER_MISMATCH,
    INVALID_PARAMS,
    METHOD_NOT_FOUND,
    UNSUPPORTED_PROTOCOL_VERSION,
    Call,
    RpcError,
)

if TYPE_CHECKING:
    from gatehouse.mcp.server import Reply, Server

_PREFIX: Final = "io.modelcontextprotocol/"
_VERSION: Final = f"{_PREFIX}protocolVersion"
_CAPABILITIES: Final = f"{_PREFIX}clientCapabilities"
_SERVER_INFO: Final = f"{_PREFIX}serverInfo"

# Which member of the params `Mcp-Name` repeats.
_NAMED_BY: Final = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}

_CACHE_HINTS: Final = {"ttlMs": 300_000, "cacheScope": "private"}

_STATUSES: Final = {METHOD_NOT_FOUND: 404}


def is_modern(call: Call, version: str | None) -> bool:
    """Whether the request is of this era: its metadata or its header says so."""
    meta = call.params.get("_meta")
    if isinstance(meta, dict) and _VERSION in meta:
        return True
    # A version that nobody knows comes from a client newer than the handshake
    return version is not None and version not in versions.LEGACY


def answer(server: "Server", headers: Mapping[str, str], call: Call, context: Context) -> "Reply":
    """Answer one request. Its errors are HTTP errors too (Streamable HTTP, "Error Responses")."""
    from gatehouse.mcp.server import Reply

    if call.is_notification:
        return Reply(202, method=call.method)
    try:
        version = _require_metadata(call)
        _require_matching_headers(call, version, headers)
        _require_supported_version(version)
        result = _result(server, call, context, version)
    except RpcError as problem:
        status = _STATUSES.get(problem.code, 400)
        return Reply(status, jsonrpc.error(call.id, problem), call.method)
    info = {"name": server.name, "version": server.version}
    complete = {"resultType": "complete", **result, "_meta": {_SERVER_INFO: info}}
    return Reply(200, jsonrpc.result(call.id, complete), call.method)


def _require_metadata(call: Call) -> str:
    # 2026-07-28, Base Protocol, "_meta": both members are required; checked before the headers
    meta = call.params.get("_meta")
    if not isinstance(meta, dict):
        raise RpcError(INVALID_PARAMS, "params._meta is required")
    version = meta.get(_VERSION)
    if not isinstance(version, str):
        raise RpcError(INVALID_PARAMS, f"params._meta[{_VERSION!r}] is required")
    if not isinstance(meta.get(_CAPABILITIES), dict):
        raise RpcError(INVALID_PARAMS, f"params._meta[{_CAPABILITIES!r}] is required")
    return version


def _require_matching_headers(call: Call, version: str, headers: Mapping[str, str]) -> None:
    # 2026-07-28, Streamable HTTP, "Standard Request Headers": each repeats the body exactly
    _require_header(headers, "mcp-protocol-version", version)
    _require_header(headers, "mcp-method", call.method)
    member = _NAMED_BY.get(call.method)
    if member is not None:
        _require_header(headers, "mcp-name", call.params.get(member))


def _require_header(headers: Mapping[str, str], name: str, expected: object) -> None:
    value = headers.get(name, "").strip()
    if not value:
        raise RpcError(HEADER_MISMATCH, f"The header {name} is required")
    if (_decoded(value) if name == "mcp-name" else value) != expected:
        raise RpcError(HEADER_MISMATCH, f"The header {name} does not match the body")


def _decoded(value: str) -> str | None:
    # Values that a header cannot carry arrive as =?base64?...?=
    if not (value.startswith("=?base64?") and value.endswith("?=")):
        return value
    try:
        return base64.b64decode(value[9:-2], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def _require_supported_version(version: str) -> None:
    if version not in versions.MODERN:
        raise RpcError(
            UNSUPPORTED_PROTOCOL_VERSION,
            "Unsupported protocol version",
            {"supported": list(versions.SUPPORTED), "requested": version},
        )


def _result(server: "Server", call: Call, context: Context, version: str) -> dict[str, Any]:
    match call.method:
        case "server/discover":
            return {
                "supportedVersions": list(versions.SUPPORTED),
                "capabilities": {"tools": {}},
                **_CACHE_HINTS,
            }
        case "tools/list":
            return {**list_tools(server.tools, call.params, version), **_CACHE_HINTS}
        case "tools/call":
            return call_tool(server.tools, call.params, context, version)
    raise RpcError(METHOD_NOT_FOUND, f"Method not found: {call.method}")
