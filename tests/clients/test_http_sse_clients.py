"""The official clients by HTTP+SSE, each from nothing to a tool result."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.sse import sse_client
from mcp.shared.auth import OAuthClientMetadata
from pydantic import AnyUrl

from tests.clients.child import child
from tests.clients.npm import NODE
from tests.clients.sign_in import new_http, sign_in
from tests.clients.test_python_client import Computer, assert_it_works
from tests.running_stack import USER, RunningStack, running_stack

TYPESCRIPT = Path(__file__).parent / "typescript" / "sse.mjs"
MCP_REMOTE = (
    Path(__file__).parent / "typescript" / "node_modules" / "mcp-remote" / "dist" / "proxy.js"
)
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
    # its second stream is another session: it never sends the Last-Event-ID that it is given
    assert said["after"] == said["before"]
    assert said["streams"] == 2


@pytest.mark.parametrize(
    ("path", "transport"), [("/mcp/sse", "sse-only"), ("/mcp/mcp", "http-only")]
)
def test_mcp_remote(stack: RunningStack, tmp_path: Path, path: str, transport: str) -> None:
    # it would open a browser of this machine's otherwise
    environment: list[str | Path] = ["env", "BROWSER=true", f"MCP_REMOTE_CONFIG_DIR={tmp_path}"]
    proxy = [*environment, NODE, MCP_REMOTE, f"{stack.url}{path}", "--transport", transport]
    hello = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "an app that knows stdio", "version": "1"},
    }
    with child(proxy) as client, new_http() as browser:
        callback = sign_in(client.wait_for(f"{stack.url}/oauth/authorize"))
        assert browser.get(callback).status_code == 200
        client.tell(json.dumps(request(1, "initialize", hello)))
        initialized = json.loads(client.wait_for('{"'))
        client.tell(json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}))
        client.tell(json.dumps(request(2, "tools/call", {"name": "whoami", "arguments": {}})))
        called = json.loads(client.wait_for('{"'))

    assert initialized["result"]["protocolVersion"] == "2025-06-18"
    assert called["result"]["structuredContent"]["email"] == USER


def request(number: int, method: str, params: Any) -> Any:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def test_a_stack_without_it_has_nothing_there() -> None:
    without = {"LOCAL_HTTP_SSE": "false"}
    with running_stack(environment=without) as stack, new_http(stack.url) as http:
        for path in ("/mcp/sse", "/.well-known/oauth-protected-resource/mcp/sse"):
            assert http.get(path).status_code == 404
