"""An MCP server with tools of every kind, and the ways to talk to it."""

import json
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from gatehouse.mcp import Caller, Context, Person, ToolError, tool
from gatehouse.mcp.endpoint import answer
from gatehouse.mcp.registry import Registry
from gatehouse.mcp.registry.tools import Tool
from gatehouse.mcp.server import Reply, Server

LEGACY = ("2025-03-26", "2025-06-18", "2025-11-25")
MODERN = "2026-07-28"
CALLER = Caller(Person("person-1", "p@example.com"), "client-1", ("mcp",))
CONTEXT = Context(CALLER)

META = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
}


@dataclass(frozen=True)
class Sum:
    """A sum and what it was made of."""

    total: int
    parts: list[int]


@tool(title="Greeting", read_only=True)
def greet(name: Annotated[str, Field(description="Whom to greet")], context: Context) -> str:
    """Greet somebody."""
    return f"{context.person.email} says hello to {name}"


@tool(title="Addition")
def add(a: int, b: int = 1) -> Sum:
    """Add two numbers."""
    return Sum(a + b, [a, b])


@tool()
def refuse() -> str:
    """Refuse to work."""
    raise ToolError("Not today")


@tool()
def crash() -> str:
    """Fail in a way nobody expected."""
    raise RuntimeError("the database password is hunter2")


def tool_of(function: object) -> Tool:
    """The tool that `@tool` made of a function."""
    made = vars(function)["__gatehouse_offer__"]
    assert isinstance(made, Tool)
    return made


TOOLS = {made.name: made for made in map(tool_of, (add, crash, greet, refuse))}
REPORTED: list[tuple[str, BaseException]] = []
REGISTRY = Registry(tools=TOOLS)
SERVER = Server(
    "test server", "1.2.3", REGISTRY, lambda said, error: REPORTED.append((said, error))
)


def post(body: object, headers: dict[str, str] | None = None) -> Reply:
    """The reply to a POST; `body` may be bytes that are no JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return answer(SERVER, headers or {}, content, CALLER)


def request(method: str, params: object = None, call_id: object = 1) -> dict[str, Any]:
    """A JSON-RPC request."""
    message = {"jsonrpc": "2.0", "id": call_id, "method": method}
    return message if params is None else {**message, "params": params}


def legacy(method: str, params: object = None, *, version: str | None = LEGACY[-1]) -> Reply:
    """The reply to a request of the era of the handshake."""
    headers = {"mcp-protocol-version": version} if version else {}
    return post(request(method, params), headers)


def modern(
    method: str,
    params: dict[str, Any] | None = None,
    *,
    meta: object = META,
    headers: dict[str, str | None] | None = None,
) -> Reply:
    """The reply to a request of 2026-07-28; None takes a header or the metadata out."""
    params = params or {}
    sent: dict[str, str | None] = {"mcp-protocol-version": MODERN, "mcp-method": method}
    if isinstance(params.get("name"), str):
        sent["mcp-name"] = params["name"]
    sent |= headers or {}
    given = {name: value for name, value in sent.items() if value is not None}
    return post(request(method, params if meta is None else {**params, "_meta": meta}), given)


def body_of(reply: Reply) -> dict[str, Any]:
    """The one JSON-RPC response in a reply."""
    assert isinstance(reply.body, dict)
    assert reply.body["jsonrpc"] == "2.0"
    assert ("result" in reply.body) is not ("error" in reply.body)
    return reply.body


def result_of(reply: Reply) -> dict[str, Any]:
    """The result in a reply."""
    assert reply.status == 200
    result = body_of(reply)["result"]
    assert isinstance(result, dict)
    return result


def error_of(reply: Reply) -> tuple[int, int, str]:
    """Status, code and message of an error."""
    error = body_of(reply)["error"]
    return reply.status, error["code"], error["message"]
