"""Requests to an MCP endpoint: good ones of every version, and ways to change one."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MODERN = "2026-07-28"
LEGACY = ("2025-11-25", "2025-06-18", "2025-03-26")
VERSION = "io.modelcontextprotocol/protocolVersion"
CAPABILITIES = "io.modelcontextprotocol/clientCapabilities"
META = {VERSION: MODERN, CAPABILITIES: {}}
CLIENT = {"capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
LOG_LEVEL = "io.modelcontextprotocol/logLevel"
# The parameter that Mcp-Name repeats, and the arguments of `route` that headers repeat.
NAMED = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}
IN_HEADERS = {"region": "mcp-param-region", "shard": "mcp-param-shard", "dry": "mcp-param-dry"}


@dataclass
class Sent:
    """One POST. `written` makes other bytes of the message than it should be."""

    headers: dict[str, str]
    message: Any
    written: Callable[[bytes], bytes] = lambda body: body

    @property
    def body(self) -> bytes:
        return self.written(json.dumps(self.message).encode())

    @property
    def version(self) -> str | None:
        """What the header says, none where it says nothing."""
        return self.headers.get("mcp-protocol-version")

    @property
    def members(self) -> dict[str, Any]:
        """The members of a single message, none of anything else."""
        return self.message if isinstance(self.message, dict) else {}

    @property
    def params(self) -> dict[str, Any]:
        """The params of a single message, empty where they are no object."""
        params = self.members.get("params")
        return params if isinstance(params, dict) else {}

    @property
    def method(self) -> Any:
        return self.members.get("method")

    @property
    def has_modern_meta(self) -> bool:
        meta = self.params.get("_meta")
        return isinstance(meta, dict) and VERSION in meta


def request(
    method: Any,
    params: dict[str, Any] | None = None,
    *,
    version: str | None = None,
    call_id: Any = 1,
) -> Sent:
    """A good request, as a client of a version sends it; None is one from before the header."""
    params = dict(params or {})
    headers = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    if version:
        headers["mcp-protocol-version"] = version
    if version and version > LEGACY[0]:
        params["_meta"] = META | {VERSION: version}
        headers["mcp-method"] = str(method)
        headers |= _repeated(method, params)
    message = {"jsonrpc": "2.0", "id": call_id, "method": method}
    return Sent(headers, {**message, "params": params} if params else message)


def _repeated(method: Any, params: dict[str, Any]) -> dict[str, str]:
    name, arguments = params.get(NAMED.get(method, "")), params.get("arguments")
    named = {"mcp-name": encoded(name)} if isinstance(name, str) else {}
    if name != "route" or not isinstance(arguments, dict):
        return named
    values = {header: arguments.get(argument) for argument, header in IN_HEADERS.items()}
    return named | {
        header: encoded(str(value).lower() if isinstance(value, bool) else str(value))
        for header, value in values.items()
        if isinstance(value, str | int | float)
    }


def encoded(name: str) -> str:
    """A value as a header carries it (2026-07-28, Streamable HTTP, "Value Encoding")."""
    if name.isascii() and name.isprintable() and name.strip() == name and name[:2] != "=?":
        return name
    return f"=?base64?{base64.b64encode(name.encode()).decode()}?="


# ---- Ways to change one ----------------------------------------------------------------------

Change = Callable[[Sent], Sent]


def changed(sent: Sent, *changes: Change) -> Sent:
    """The request with all these changes."""
    for change in changes:
        sent = change(sent)
    return sent


def member(name: str, value: Any) -> Change:
    """The message with a member of its own; `...` takes it out."""

    def change(sent: Sent) -> Sent:
        if isinstance(sent.message, dict):
            sent.message = with_member(sent.message, name, value)
        return sent

    return change


def param(name: str, value: Any) -> Change:
    """The same for a member of the params."""

    def change(sent: Sent) -> Sent:
        if isinstance(sent.message, dict):
            sent.message = {**sent.message, "params": with_member(sent.params, name, value)}
        return sent

    return change


def meta(name: str, value: Any) -> Change:
    """The same for a member of the metadata."""

    def change(sent: Sent) -> Sent:
        before = sent.params.get("_meta")
        after = with_member(before if isinstance(before, dict) else {}, name, value)
        return param("_meta", after)(sent)

    return change


def header(name: str, value: Any) -> Change:
    """The request with a header; `...` takes it out."""

    def change(sent: Sent) -> Sent:
        sent.headers = with_member(sent.headers, name, value)
        return sent

    return change


def raw(make: Callable[[bytes], bytes]) -> Change:
    """The request with other bytes as its body."""

    def change(sent: Sent) -> Sent:
        sent.written = make
        return sent

    return change


def batch(*others: Any) -> Change:
    """The message in a batch, with others."""

    def change(sent: Sent) -> Sent:
        sent.message = [sent.message, *others]
        return sent

    return change


def with_member(members: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    """A copy with one member more, or without it for `...`."""
    rest = {known: kept for known, kept in members.items() if known != name}
    return rest if value is ... else {**rest, name: value}


def replaced(message: Any) -> Change:
    """Another message in its place."""

    def change(sent: Sent) -> Sent:
        sent.message = message
        return sent

    return change
