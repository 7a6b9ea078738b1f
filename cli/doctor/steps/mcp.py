"""The MCP endpoint with a token, in each era."""

from typing import Any, Final

from cli.doctor.exchange import Exchange
from cli.doctor.messages import headers, initialize, modern, request
from cli.doctor.profile import LEGACY
from cli.doctor.visit import Visit

STEP: Final = "MCP"
_NO_SUCH: Final = "doctor/no-such-method"


def call_legacy(visit: Visit, token: str) -> None:
    """The handshake, its notification, the tools, one call, an unknown method, and a GET."""
    asked = visit.calls
    asked["initialize"] = first = _post(visit, initialize(), token)
    session = first.header("mcp-session-id")
    if not result_of(first):
        return
    visit.recorder.secrets.learn("mcp-session-id", session)
    done = {"jsonrpc": "2.0", "method": "notifications/initialized", "params": {}}
    asked["initialized"] = _post(visit, done, token, session)
    asked["tools/list"] = _post(visit, request("tools/list"), token, session)
    name = tool_of(visit, asked["tools/list"])
    if name:
        message = request("tools/call", {"name": name, "arguments": {}})
        asked["tools/call"] = _post(visit, message, token, session, private=True)
    asked["unknown"] = _post(visit, request(_NO_SUCH), token, session)
    sent = {
        "accept": "text/event-stream",
        "mcp-protocol-version": LEGACY,
        **({"authorization": f"Bearer {token}"} if token else {}),
        **({"mcp-session-id": session} if session else {}),
    }
    asked["GET"] = visit.recorder.ask(STEP, "GET", visit.url, headers=sent, head_only=True)
    if session:
        visit.recorder.ask(STEP, "DELETE", visit.url, headers=sent)


def call_modern(visit: Visit, token: str) -> None:
    """Discovery, the tools, one call and an unknown method of protocol 2026-07-28."""
    asked = visit.calls
    asked["server/discover"] = _post(visit, modern("server/discover"), token)
    if not speaks_modern(visit):
        return
    asked["modern tools/list"] = _post(visit, modern("tools/list"), token)
    name = tool_of(visit, asked["modern tools/list"])
    if name:
        message = modern("tools/call", {"name": name, "arguments": {}})
        asked["modern tools/call"] = _post(visit, message, token, private=True)
    asked["modern unknown"] = _post(visit, modern(_NO_SUCH), token)


def speaks_modern(visit: Visit) -> bool:
    """Whether the server answered as one of protocol 2026-07-28."""
    return bool(result_of(visit.calls.get("server/discover")))


def result_of(exchange: Exchange | None) -> dict[str, Any]:
    """The result of a JSON-RPC answer; empty if there is none."""
    result = ((exchange and exchange.found) or {}).get("result")
    return result if isinstance(result, dict) else {}


def tool_of(visit: Visit, listed: Exchange) -> str:
    """The tool to call: the one that was chosen, else one that only reads and needs nothing."""
    if visit.options.tool:
        return visit.options.tool
    tools = result_of(listed).get("tools")
    for tool in tools if isinstance(tools, list) else []:
        if not isinstance(tool, dict):
            continue
        hints, schema = tool.get("annotations"), tool.get("inputSchema")
        reads = isinstance(hints, dict) and hints.get("readOnlyHint") is True
        needs = schema.get("required") if isinstance(schema, dict) else None
        if reads and not needs and isinstance(tool.get("name"), str):
            return str(tool["name"])
    left = "a tool call: no tool says that it only reads and needs no arguments (--tool names one)"
    if left not in visit.unchecked:
        visit.unchecked.append(left)
    return ""


def _post(
    visit: Visit, message: dict[str, Any], token: str, session: str = "", *, private: bool = False
) -> Exchange:
    sent = headers(message, token=token, session=session)
    return visit.recorder.ask(
        STEP, "POST", visit.url, headers=sent, message=message, private=private
    )
