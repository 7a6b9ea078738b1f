"""The official Python client with a metadata document, from nothing to a tool result.

Its HTTP goes to the handlers in this process, and their fetch to the site that has the document.
"""

import asyncio
from urllib.parse import urlsplit

import httpx2
import pytest
from mcp import Client as McpClient
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken
from pydantic import AnyUrl

from tests.functions.actors import CALLBACK, EMAIL, allow
from tests.functions.deployment import MCP_URL, Deployment
from tests.functions.published import new_url, publish
from tests.functions.tables import Tables
from tests.internet import Internet

LONG_AGO = 1.0


class InThisProcess(httpx2.AsyncBaseTransport):
    """The deployment, as a client's HTTP library finds it."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = self._deployment.ask(
            request.method,
            request.url.raw_path.decode(),
            headers=dict(request.headers),
            body=await request.aread(),
        )
        return httpx2.Response(
            answer.status, headers=dict(answer.headers), content=answer.text.encode()
        )


class Computer:
    """What the client has stored, and the person with the browser."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._returned: dict[str, str] = {}
        self.tokens: OAuthToken | None = None
        self.registration: OAuthClientInformationFull | None = None
        self.sign_ins = 0

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.registration

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.registration = client_info

    async def open_browser(self, url: str) -> None:
        self.sign_ins += 1
        self._returned = allow(self._deployment, f"{urlsplit(url).path}?{urlsplit(url).query}")

    async def callback(self) -> AuthorizationCodeResult:
        returned = self._returned
        return AuthorizationCodeResult(
            code=returned["code"], state=returned["state"], iss=returned["iss"]
        )


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_it_signs_in_calls_a_tool_and_renews_without_registering(
    internet: Internet, deployment: Deployment, tables: Tables, mode: str
) -> None:
    url = new_url()
    publish(internet, deployment, url)
    computer = Computer(deployment)
    auth = OAuthClientProvider(
        MCP_URL,
        OAuthClientMetadata(client_name="Unused", redirect_uris=[AnyUrl(CALLBACK)]),
        computer,
        computer.open_browser,
        computer.callback,
        client_metadata_url=url,
    )

    async def main() -> None:
        async with (
            httpx2.AsyncClient(auth=auth, transport=InThisProcess(deployment)) as http,
            McpClient(streamable_http_client(MCP_URL, http_client=http), mode=mode) as client,
        ):
            for _ in range(2):
                result = await client.call_tool("whoami", {})
                assert result.structured_content
                assert result.structured_content["email"] == EMAIL
                assert result.structured_content["client_id"] == url
                auth.context.token_expiry_time = LONG_AGO  # so that the next call renews first

    registered = tables.count("ClientsTable")
    asyncio.run(main())

    assert computer.sign_ins == 1
    assert internet.times_asked(url) == 1
    # the document and the count of what its host was asked
    assert tables.count("ClientsTable") == registered + 2
