"""MCP requests of either era, as clients send them."""

from typing import Any, Final

from cli.doctor.profile import LEGACY, MODERN

_META: Final = "io.modelcontextprotocol"
ACCEPT: Final = "application/json, text/event-stream"
CLIENT: Final = {"name": "gatehouse-doctor", "version": "1"}


def initialize() -> dict[str, Any]:
    """The legacy handshake."""
    params = {"protocolVersion": LEGACY, "capabilities": {}, "clientInfo": CLIENT}
    return request("initialize", params)


def request(method: str, params: dict[str, Any] | None = None, number: int = 1) -> dict[str, Any]:
    """A JSON-RPC request."""
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params or {}}


def modern(method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
    """A request of protocol 2026-07-28, which says what it is in `_meta`."""
    meta = {
        f"{_META}/protocolVersion": MODERN,
        f"{_META}/clientInfo": CLIENT,
        f"{_META}/clientCapabilities": {},
    }
    return request(method, {**(params or {}), "_meta": meta})


def headers(message: dict[str, Any], *, token: str = "", session: str = "") -> dict[str, str]:
    """The headers that go with a message; a modern one names its method."""
    is_modern = "_meta" in message["params"]
    sent = {"accept": ACCEPT}
    if is_modern:
        sent |= {"mcp-protocol-version": MODERN, "mcp-method": message["method"]}
        if "name" in message["params"]:
            sent["mcp-name"] = message["params"]["name"]
    elif message["method"] != "initialize":
        sent["mcp-protocol-version"] = LEGACY
    if token:
        sent["authorization"] = f"Bearer {token}"
    if session:
        sent["mcp-session-id"] = session
    return sent
