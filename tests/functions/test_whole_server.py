"""A whole server in place of the built-in one: docs/examples/whole_server, at /mcp/mcp."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from fastmcp import FastMCP
from mcp.server import MCPServer

from gatehouse.protect import current_context
from gatehouse.whole_server import protect_server
from local.template import Template
from tests.examples import project_with_whole_server
from tests.functions.actors import EMAIL, Client, call_mcp
from tests.functions.deployment import MCP_URL, ORIGIN, Answer, Deployment
from tests.functions.protected import Protected

VERSION = "io.modelcontextprotocol/protocolVersion"
TOOL = "lend_book"
CALLED = {"name": TOOL, "arguments": {"title": "Middlemarch"}}
LENT = f"{EMAIL} borrows Middlemarch"


@pytest.fixture(scope="module", autouse=True)
def loop() -> Iterator[None]:
    # Mangum takes the thread's event loop, and leaves it open
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)
    loop.close()


@pytest.fixture(scope="module")
def example(deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    folder = project_with_whole_server(tmp_path_factory.mktemp("project"))
    return Deployment(Template(folder / "template.yaml").resolve({"PublicUrl": ORIGIN}, {}))


def call(
    deployment: Deployment, access_token: str, path: str = "/mcp/mcp", *, modern: bool = False
) -> Answer:
    """One call of the tool, by a client of either era."""
    params: dict[str, Any] = dict(CALLED)
    headers = {
        "accept": "application/json, text/event-stream",
        "authorization": f"Bearer {access_token}",
        "mcp-protocol-version": "2025-11-25",
    }
    if modern:
        capabilities = "io.modelcontextprotocol/clientCapabilities"
        params["_meta"] = {VERSION: "2026-07-28", capabilities: {}}
        headers |= {
            "mcp-protocol-version": "2026-07-28",
            "mcp-method": "tools/call",
            "mcp-name": TOOL,
        }
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    return deployment.ask("POST", path, headers=headers, json_body=message)


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


def test_it_is_not_the_built_in_one(example: Deployment, client: Client) -> None:
    answer = call_mcp(example, client.tokens()["access_token"], "tools/list")
    assert answer.status == 406  # this client says nothing of what it accepts


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
    other = client.tokens(resource=f"{ORIGIN}/notes/mcp")["access_token"]
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
def test_what_is_no_server_keeps_the_function_from_starting(
    deployment: Deployment, server: object
) -> None:
    with pytest.raises(TypeError, match="no MCP server"):
        protect_server(server)
