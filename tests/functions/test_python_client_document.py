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
from mcp.shared.auth import OAuthClientMetadata
from pydantic import AnyUrl

from tests.credentials_storage import ClientStorage
from tests.functions.actors import CALLBACK, EMAIL, allow
from tests.functions.deployment import MCP_URL, Deployment
from tests.functions.httpx_transport import DeploymentTransport
from tests.functions.published import new_url, publish
from tests.functions.tables import Tables
from tests.internet import Internet

LONG_AGO = 1.0


class Computer(ClientStorage):
    """What the client has stored, and the person with the browser."""

    def __init__(self, deployment: Deployment) -> None:
        super().__init__()
        self._deployment = deployment
        self._returned: dict[str, str] = {}
        self.sign_ins = 0

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
            httpx2.AsyncClient(auth=auth, transport=DeploymentTransport(deployment)) as http,
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
