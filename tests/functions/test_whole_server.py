"""A whole server in place of the built-in one: docs/examples/whole_server, by every way in."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from fastmcp import FastMCP
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from gatehouse.mcp.caller import Caller, Person
from gatehouse.mcp.carriers import LAMBDA, Carrier
from gatehouse.protect import current_context
from gatehouse.whole_server import protect_server, whole_server
from local.template import Template
from tests.examples import project_with_whole_server
from tests.functions.actors import EMAIL, Client, call_mcp
from tests.functions.deployment import MCP_URL, ORIGIN, Answer, Deployment
from tests.functions.log_lines import followed_log
from tests.functions.protected import Protected
from tests.functions.streams import SSE_URL, STREAMING, Stream, Streams
from tests.functions.test_bad_mcp_input import no_json

VERSION = "io.modelcontextprotocol/protocolVersion"
TOOL = "lend_book"
CALLED = {"name": TOOL, "arguments": {"title": "Middlemarch"}}
LENT = f"{EMAIL} borrows Middlemarch"


@pytest.fixture(scope="module", params=[False, True], ids=["official", "fastmcp"])
def example(
    streams: Streams, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Streams:
    folder = tmp_path_factory.mktemp("project")
    template = project_with_whole_server(folder, of_fastmcp=request.param) / "template.yaml"
    return Streams(Template(template).resolve({"PublicUrl": ORIGIN, **STREAMING}, {}))


def message(method: str, params: dict[str, Any], call_id: object = 1) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": call_id, "method": method, "params": params}


def call(
    deployment: Deployment,
    access_token: str,
    path: str = "/mcp/mcp",
    *,
    modern: bool = False,
    called: dict[str, Any] = CALLED,
) -> Answer:
    """One call of a tool, by a client of either era."""
    params = dict(called)
    headers = {"authorization": f"Bearer {access_token}", "mcp-protocol-version": "2025-11-25"}
    if modern:
        capabilities = "io.modelcontextprotocol/clientCapabilities"
        params["_meta"] = {VERSION: "2026-07-28", capabilities: {}}
        headers |= {
            "mcp-protocol-version": "2026-07-28",
            "mcp-method": "tools/call",
            "mcp-name": str(called["name"]),
        }
    body = message("tools/call", params)
    return deployment.ask("POST", path, headers=headers, json_body=body)


# ---- By Streamable HTTP ----------------------------------------------------------------------


@pytest.mark.parametrize("modern", [True, False])
@pytest.mark.parametrize("resource", [MCP_URL, ORIGIN])
def test_its_tool_knows_who_is_signed_in(
    example: Deployment, client: Client, resource: str, modern: bool
) -> None:
    access_token = client.tokens(resource=resource)["access_token"]

    for _ in range(2):  # the second call finds the function warm
        answer = call(example, access_token, modern=modern)
        assert answer.status == 200, answer.text
        assert answer.json["result"]["content"][0]["text"] == LENT


def built_in_tools(deployment: Deployment, access_token: str) -> list[str]:
    listed = call_mcp(deployment, access_token, "tools/list").json["result"]["tools"]
    return [tool["name"] for tool in listed]


@pytest.mark.parametrize("modern", [True, False])
def test_no_tool_of_the_built_in_one_is_listed_or_called(
    deployment: Deployment, example: Deployment, client: Client, modern: bool
) -> None:
    access_token = client.tokens()["access_token"]
    names = built_in_tools(deployment, access_token)

    assert names
    assert built_in_tools(example, access_token) == [TOOL]
    for name in names:
        answer = call(example, access_token, modern=modern, called={"name": name, "arguments": {}})
        assert "error" in answer.json or answer.json["result"]["isError"]


@pytest.mark.parametrize("access_token", [None, "x", "a.b.c"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_the_challenge_is_that_of_the_built_in_one(
    deployment: Deployment, example: Deployment, access_token: str | None, method: str
) -> None:
    headers = {"authorization": f"Bearer {access_token}"} if access_token else {}
    expected = deployment.ask(method, "/mcp/mcp", headers=headers)
    answer = example.ask(method, "/mcp/mcp", headers=headers)

    assert expected.status == answer.status == 401
    assert answer.headers["www-authenticate"] == expected.headers["www-authenticate"]


def test_a_token_for_another_resource_is_refused(example: Deployment, client: Client) -> None:
    other = client.tokens(resource=SSE_URL)["access_token"]
    assert call(example, other).status == 401


def test_a_revoked_token_stops_at_once(example: Deployment, client: Client) -> None:
    tokens = client.tokens()
    assert call(example, tokens["access_token"]).status == 200
    form = {"client_id": client.client_id, "token": tokens["refresh_token"]}
    assert example.ask("POST", "/api/oauth/revoke", form=form).status == 200
    assert call(example, tokens["access_token"]).status == 401


def test_a_page_of_a_wrong_origin_is_refused(example: Deployment, client: Client) -> None:
    headers = {
        "origin": "http://rebound.example",
        "authorization": f"Bearer {client.tokens()['access_token']}",
    }
    assert example.ask("POST", "/mcp/mcp", headers=headers, json_body={}).status == 403


def test_a_call_counts_as_one_of_the_built_in_server_does(
    example: Deployment, client: Client
) -> None:
    access_token = client.tokens()["access_token"]
    with followed_log(lines_only=True) as written:
        call(example, access_token)
        call_mcp(example, access_token, "no/such-method")

    called, unknown = written.lines[-2:]
    assert (called["outcome"], called["ToolCalled"], called["McpCalled"]) == (
        "tools/call",
        [1],
        [1],
    )
    # a word of the client's own is nothing for a log
    assert unknown["outcome"] == "message"


def test_a_stream_without_end_is_refused(example: Deployment, client: Client) -> None:
    """What the SDK would send until the client has gone (2026-07-28, Subscriptions)."""
    capabilities = "io.modelcontextprotocol/clientCapabilities"
    meta = {VERSION: "2026-07-28", capabilities: {}}
    headers = {
        "accept": "application/json, text/event-stream",
        "authorization": f"Bearer {client.tokens()['access_token']}",
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": "subscriptions/listen",
    }
    body = message("subscriptions/listen", {"notifications": {}, "_meta": meta})

    assert example.ask("POST", "/mcp/mcp", headers=headers, json_body=body).status == 406


# ---- By HTTP+SSE -----------------------------------------------------------------------------


def opened(example: Streams, access_token: str) -> tuple[Stream, str]:
    """A stream, and where its messages are posted."""
    stream = example.open(access_token)
    event = stream.next()
    assert event
    return stream, event["data"]


@pytest.mark.parametrize("version", ["2024-11-05", "2025-11-25"])
def test_by_http_sse_its_answers_come_through_the_stream(
    example: Streams, client: Client, version: str
) -> None:
    access_token = client.tokens(resource=SSE_URL)["access_token"]
    stream, target = opened(example, access_token)
    client_info = {"name": "test", "version": "1"}
    hello = {"protocolVersion": version, "capabilities": {}, "clientInfo": client_info}

    assert example.post(target, access_token, message("initialize", hello)).status == 202
    assert example.post(target, access_token, message("tools/list", {}, 2)).status == 202
    assert example.post(target, access_token, message("tools/call", CALLED, 3)).status == 202

    initialized = stream.message()["result"]
    assert (initialized["protocolVersion"], initialized["serverInfo"]["name"]) == (version, "Books")
    assert [tool["name"] for tool in stream.message()["result"]["tools"]] == [TOOL]
    lent = stream.message()
    assert (lent["id"], lent["result"]["content"][0]["text"]) == (3, LENT)
    stream.hang_up()


def test_by_http_sse_no_tool_of_the_built_in_one_is_called(
    deployment: Deployment, example: Streams, client: Client
) -> None:
    access_token = client.tokens()["access_token"]
    stream, target = opened(example, access_token)

    for name in built_in_tools(deployment, access_token):
        called = {"name": name, "arguments": {}}
        assert example.post(target, access_token, message("tools/call", called)).status == 202
        answer = stream.message()
        assert "error" in answer or answer["result"]["isError"]
    stream.hang_up()


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"jsonrpc": "2.0", "id": null}', b'"x"'])
def test_what_nobody_asked_is_answered_by_http(
    example: Streams, client: Client, body: bytes
) -> None:
    access_token = client.tokens()["access_token"]
    stream, target = opened(example, access_token)

    answer, _ = example.call("POST", target, access_token, body=body)
    example.post(target, access_token, message("ping", {}, 7))

    assert (answer.status, answer.json["id"]) == (400, None)
    assert stream.message()["id"] == 7
    stream.hang_up()


def test_by_http_sse_nobody_is_let_in_without_a_token(example: Streams) -> None:
    assert example.call("GET", "/mcp/sse")[0].status == 401
    body = json.dumps(message("tools/call", CALLED)).encode()
    assert example.call("POST", "/mcp/message?sessionId=x", body=body)[0].status == 401


# ---- Servers that somebody has ---------------------------------------------------------------


def lend_book(title: str) -> str:
    """Lend a book to whoever is signed in."""
    return f"{current_context().person.email} borrows {title}"


def official() -> MCPServer[Any]:
    server = MCPServer[Any]("Books")
    server.add_tool(lend_book)
    return server


def fastmcp() -> FastMCP[Any]:
    server = FastMCP[Any]("Books")
    server.tool(lend_book)
    return server


@pytest.mark.parametrize("make", [official, fastmcp])
@pytest.mark.parametrize("path", ["/notes/mcp", "/memos/mcp"])
def test_a_server_is_served_where_it_is_said_to_be(client: Client, make: Any, path: str) -> None:
    stack = Protected(protect_server(make(), resource=path), path)
    access_token = client.tokens(resource=ORIGIN + path)["access_token"]

    for _ in range(2):
        answer = call(stack, access_token, path)
        assert answer.json["result"]["content"][0]["text"] == LENT


@pytest.mark.parametrize("server", [None, object(), lend_book])
def test_what_is_no_server_keeps_the_function_from_starting(server: object) -> None:
    with pytest.raises(TypeError, match="no MCP server"):
        whole_server(server)


CALLER = Caller(Person("person", EMAIL), "client", ("mcp",))


def said(server: Any, tool: str, **headers: str) -> Any:
    """What a tool of a server says to the caller, asked as every function asks it."""
    body = json.dumps(message("tools/call", {"name": tool, "arguments": {}})).encode()
    reply = whole_server(server).answer(headers, body, CALLER, LAMBDA)
    assert isinstance(reply.body, dict)
    return reply.body["result"]["content"][0]["text"]


def test_what_a_client_proved_itself_by_goes_no_further() -> None:
    server = MCPServer[Any]("Headers")

    @server.tool()
    def headers(context: Context[Any]) -> str:
        request = context.request_context.request
        assert request
        return " ".join(sorted(request.headers))

    names = said(
        server, "headers", authorization="Bearer x", cookie="a=b", traceparent="00-1"
    ).split()
    assert "traceparent" in names
    assert {"authorization", "cookie"} & set(names) == set()


def test_a_tool_that_waits_is_waited_for_and_the_lifespan_is_a_calls() -> None:
    seen: list[str] = []

    @asynccontextmanager
    async def lifespan(_: MCPServer[str]) -> AsyncIterator[str]:
        seen.append("begins")
        yield "opened"
        seen.append("ends")

    server = MCPServer("Waiting", lifespan=lifespan)

    @server.tool()
    async def wait(context: Context[str]) -> str:
        for _ in range(20):
            await asyncio.sleep(0)
        request = context.request_context.request
        assert request
        assert not await request.is_disconnected()
        return context.request_context.lifespan_context

    assert [said(server, "wait"), said(server, "wait")] == ["opened", "opened"]
    assert seen == ["begins", "ends"] * 2


def test_what_a_server_keeps_between_calls_finds_the_loop_that_it_was_made_in() -> None:
    server = MCPServer[Any]("Loops")
    loops = []

    @server.tool()
    async def note() -> str:
        loops.append(asyncio.get_running_loop())
        return "noted"

    assert [said(server, "note"), said(server, "note")] == ["noted", "noted"]
    assert loops[0] is loops[1]
    assert not loops[0].is_closed()


def test_what_is_no_json_is_a_mistake_of_the_servers() -> None:
    class Wordy:
        def http_app(self, **asked: Any) -> Starlette:
            return Starlette(routes=[Route(asked["path"], PlainTextResponse("a stack trace", 400))])

    with pytest.raises(RuntimeError, match="answered 400, and no JSON"):
        whole_server(Wordy()).answer({}, b"{}", CALLER, LAMBDA)


@pytest.mark.parametrize("make", [official, fastmcp])
@no_json
def test_what_is_no_json_for_the_built_in_server_is_none_for_it(make: Any, body: bytes) -> None:
    reply = whole_server(make()).answer({}, body, CALLER, LAMBDA)

    assert isinstance(reply.body, dict)
    assert (reply.status, reply.body["id"], reply.body["error"]["code"]) == (400, None, -32700)


@pytest.mark.parametrize("carrier", [LAMBDA, replace(LAMBDA, largest=1000)])
def test_whoever_asked_is_told_that_an_answer_is_too_large(carrier: Carrier) -> None:
    server = MCPServer[Any]("Wordy")

    @server.tool()
    def repeat() -> str:
        """Say much."""
        return "x" * carrier.largest

    body = json.dumps(message("tools/call", {"name": "repeat", "arguments": {}}, 7)).encode()
    reply = whole_server(server).answer({}, body, CALLER, carrier)

    assert isinstance(reply.body, dict)
    assert (reply.status, reply.body["id"], reply.body["error"]["code"]) == (200, 7, -32603)
    assert str(carrier.largest) in reply.body["error"]["message"]
