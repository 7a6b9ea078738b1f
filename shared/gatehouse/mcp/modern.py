"""Protocol version 2026-07-28: every request stands alone and says what it is in its headers."""

import base64
import re
from collections.abc import Mapping
from typing import Any, Final

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
from gatehouse.mcp.server import Reply, Server

_PREFIX: Final = "io.modelcontextprotocol/"
_VERSION: Final = f"{_PREFIX}protocolVersion"
_CAPABILITIES: Final = f"{_PREFIX}clientCapabilities"
_SERVER_INFO: Final = f"{_PREFIX}serverInfo"

_VERSION_FORM: Final = re.compile(r"\d{4}-\d{2}-\d{2}")

# Which member of the params `Mcp-Name` repeats.
_NAMED_BY: Final = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}

_CACHE_HINTS: Final = {"ttlMs": 300_000, "cacheScope": "private"}

_STATUSES: Final = {METHOD_NOT_FOUND: 404}


def is_modern(call: Call, version: str | None) -> bool:
    """Whether the request is of this era: its metadata or its header says so."""
    # A version that nobody knows comes from a client newer than the handshake
    return _VERSION in _meta(call) or (version is not None and version not in versions.LEGACY)


def answer(server: Server, headers: Mapping[str, str], call: Call, context: Context) -> Reply:
    """Answer one request. Its errors are HTTP errors too (Streamable HTTP, "Error Responses")."""
    if call.is_notification:
        return Reply(202, method="notification")
    method = call.method if call.method in _METHODS else ""
    try:
        _require_metadata(call, headers)
        version = _meta(call)[_VERSION]
        _require_matching_headers(call, version, headers)
        _require_supported_version(version)
        result = _respond(server, call, context, version)
    except RpcError as problem:
        return Reply(_STATUSES.get(problem.code, 400), jsonrpc.error(call.id, problem), method)
    info = {"name": server.name, "version": server.version}
    complete = {"resultType": "complete", **result, "_meta": {_SERVER_INFO: info}}
    return Reply(200, jsonrpc.result(call.id, complete), method)


def _meta(call: Call) -> dict[str, Any]:
    meta = call.params.get("_meta")
    return meta if isinstance(meta, dict) else {}


def _require_metadata(call: Call, headers: Mapping[str, str]) -> None:
    meta = _meta(call)
    # A client of a version to come may say it in the header alone: it learns which ones there are
    named = headers.get("mcp-protocol-version", "").strip()
    if _VERSION not in meta and _VERSION_FORM.fullmatch(named):
        _require_supported_version(named)
    # 2026-07-28, Base Protocol, "_meta": both members are required; checked before the headers
    if not isinstance(meta.get(_VERSION), str):
        raise RpcError(INVALID_PARAMS, f"params._meta[{_VERSION!r}] is required")
    if not isinstance(meta.get(_CAPABILITIES), dict):
        raise RpcError(INVALID_PARAMS, f"params._meta[{_CAPABILITIES!r}] is required")


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
    except ValueError:
        return None


def _require_supported_version(version: str) -> None:
    if version not in versions.MODERN:
        raise RpcError(
            UNSUPPORTED_PROTOCOL_VERSION,
            "Unsupported protocol version",
            {"supported": list(versions.SUPPORTED), "requested": version},
        )


def _respond(server: Server, call: Call, context: Context, version: str) -> dict[str, Any]:
    respond = _METHODS.get(call.method)
    if respond is None:
        raise RpcError(METHOD_NOT_FOUND, f"Method not found: {call.method}")
    return respond(server, call, context, version)


def _discover(server: Server, call: Call, context: Context, version: str) -> dict[str, Any]:
    return {
        "supportedVersions": list(versions.SUPPORTED),
        "capabilities": {"tools": {}},
        **_CACHE_HINTS,
    }


def _list_tools(server: Server, call: Call, context: Context, version: str) -> dict[str, Any]:
    return {**list_tools(server, call, context, version), **_CACHE_HINTS}


_METHODS: Final = {
    "server/discover": _discover,
    "tools/list": _list_tools,
    "tools/call": call_tool,
}
