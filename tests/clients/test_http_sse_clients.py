"""The official clients by HTTP+SSE, each from nothing to a tool result."""

import asyncio
import json
from pathlib import Path

import pytest
from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.sse import sse_client
from mcp.shared.auth import OAuthClientMetadata
from pydantic import AnyUrl

from tests.clients.child import child
from tests.clients.mcp_remote import connected_app
from tests.clients.npm import NODE
from tests.clients.sign_in import new_http, sign_in
from tests.clients.test_python_client import Computer, assert_it_works
from tests.running_stack import USER, RunningStack, running_stack

TYPESCRIPT = Path(__file__).parent / "typescript" / "sse.mjs"
CALLBACK = "http://127.0.0.1:3033/callback"


def test_the_python_client(stack: RunningStack) -> None:
    url = f"{stack.url}/mcp/sse"

    async def main() -> None:
        computer = Computer()
        metadata = OAuthClientMetadata(
            client_name="The official Python client by HTTP+SSE",
            redirect_uris=[AnyUrl("http://127.0.0.1:3030/callback")],
        )
        auth = OAuthClientProvider(
            url, metadata, computer, computer.open_browser, computer.callback
        )
        async with Client(sse_client(url, auth=auth), mode="legacy") as client:
            assert client.session.protocol_version == "2025-11-25"
            names = [tool.name for tool in (await client.list_tools()).tools]
            assert names == ["current_time", "text_statistics", "whoami"]
            await assert_it_works(client, computer)
        assert computer.sign_ins == 1

    asyncio.run(main())


def test_the_typescript_client_and_its_stream_that_breaks(stack: RunningStack) -> None:
    with child([NODE, TYPESCRIPT, f"{stack.url}/mcp/sse", CALLBACK]) as client:
        authorization = json.loads(client.wait_for('{"authorizationUrl"'))
        client.tell(sign_in(authorization["authorizationUrl"]))
        said = json.loads(client.wait_for('{"said"'))["said"]
        client.finish()

    assert said["tools"] == ["current_time", "text_statistics", "whoami"]
    assert said["before"]["email"] == USER
    # it never sends the Last-Event-ID that it is given, so its second stream is another session
    assert said["after"] == said["before"]
    assert (said["streams"], said["sameSession"]) == (2, False)


@pytest.mark.parametrize(
    ("path", "transport"), [("/mcp/sse", "sse-only"), ("/mcp/mcp", "http-only")]
)
def test_mcp_remote(stack: RunningStack, tmp_path: Path, path: str, transport: str) -> None:
    with connected_app(stack, path, transport, folder=tmp_path) as app:
        called = app.whoami()

    assert app.initialized["protocolVersion"] == "2025-06-18"
    assert called["result"]["structuredContent"]["email"] == USER


def test_a_stack_without_it_has_nothing_there() -> None:
    without = {"LOCAL_HTTP_SSE": "false"}
    with running_stack(environment=without) as stack, new_http(stack.url) as http:
        for path in ("/mcp/sse", "/.well-known/oauth-protected-resource/mcp/sse"):
            assert http.get(path).status_code == 404
