"""The official Python client for enterprise-managed authorization, against the functions."""

import asyncio
from typing import Any

import httpx2
import pytest
from mcp import Client as McpClient
from mcp.client.auth.extensions.identity_assertion import IdentityAssertionOAuthProvider
from mcp.client.streamable_http import streamable_http_client

from tests.credentials_storage import Storage
from tests.functions.deployment import MCP_URL, ORIGIN, Deployment
from tests.functions.httpx_transport import DeploymentTransport
from tests.functions.machines import IdentityProvider, assistant


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
def test_it_calls_a_tool_for_whom_the_identity_provider_names(
    deployment: Deployment, provider: IdentityProvider, method: Any
) -> None:
    app = assistant(deployment, token_endpoint_auth_method=method)
    asked: list[tuple[str, str]] = []

    async def fetch_id_jag(audience: str, resource: str) -> str:
        asked.append((audience, resource))
        return provider.assertion(app, aud=audience, resource=resource)

    async def main() -> dict[str, Any]:
        storage = Storage()
        auth = IdentityAssertionOAuthProvider(
            server_url=MCP_URL,
            storage=storage,
            client_id=app.client_id,
            client_secret=app.registration["client_secret"],
            issuer=ORIGIN,
            assertion_provider=fetch_id_jag,
            scope="mcp",
            token_endpoint_auth_method=method,
        )
        transport = DeploymentTransport(deployment)
        async with (
            httpx2.AsyncClient(auth=auth, transport=transport) as http,
            McpClient(streamable_http_client(MCP_URL, http_client=http)) as client,
        ):
            called = await client.call_tool("whoami", {})
        assert storage.tokens
        assert storage.tokens.refresh_token is None
        assert not called.is_error
        said: dict[str, Any] = called.structured_content or {}
        return said

    said = asyncio.run(main())

    assert (said["email"], said["client_id"]) == ("ada@acme.example", app.client_id)
    assert asked == [(ORIGIN, MCP_URL)]
