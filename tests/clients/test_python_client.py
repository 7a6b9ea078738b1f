"""The official Python client, in both protocol eras."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from mcp import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.auth.utils import extract_resource_metadata_from_www_auth
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientMetadata
from pydantic import AnyUrl

from tests.clients.sign_in import PATIENCE_SECONDS, sign_in
from tests.credentials_storage import ClientStorage
from tests.running_stack import USER, RunningStack

Mode = Literal["auto", "legacy"]

# What each way of starting a conversation must end at
ERAS: list[tuple[Mode, str]] = [("auto", "2026-07-28"), ("legacy", "2025-11-25")]
LONG_AGO = 1.0


class Computer(ClientStorage):
    """Where a client runs: what it has stored, and the person with the browser."""

    def __init__(self) -> None:
        super().__init__()
        self.sign_ins = 0
        self.challenges: list[str | None] = []
        self._returned: dict[str, list[str]] = {}

    async def open_browser(self, url: str) -> None:
        self.sign_ins += 1
        self._returned = parse_qs(urlsplit(sign_in(url)).query, strict_parsing=True)

    async def callback(self) -> AuthorizationCodeResult:
        (code,), (state,), (iss,) = (self._returned[name] for name in ("code", "state", "iss"))
        return AuthorizationCodeResult(code=code, state=state, iss=iss)

    async def note_challenge(self, answer: httpx2.Response) -> None:
        """What the client itself reads from each 401; it could guess the same without it."""
        if answer.status_code == 401:
            self.challenges.append(extract_resource_metadata_from_www_auth(answer))

    @property
    def refresh_token(self) -> str:
        assert self.tokens
        assert self.tokens.refresh_token
        return self.tokens.refresh_token


@asynccontextmanager
async def connected(
    stack: RunningStack, computer: Computer, mode: Mode, *, mcp_url: str | None = None
) -> AsyncIterator[tuple[Client, OAuthClientProvider]]:
    """The client as its documentation sets it up, for the stack's own MCP server or another."""
    url = mcp_url or stack.mcp_url
    metadata = OAuthClientMetadata(
        client_name="The official Python client",
        redirect_uris=[AnyUrl("http://127.0.0.1:3030/callback")],
    )
    auth = OAuthClientProvider(url, metadata, computer, computer.open_browser, computer.callback)
    async with (
        httpx2.AsyncClient(
            auth=auth,
            timeout=PATIENCE_SECONDS,
            trust_env=False,
            event_hooks={"response": [computer.note_challenge]},
        ) as http,
        Client(streamable_http_client(url, http_client=http), mode=mode) as client,
    ):
        yield client, auth


async def assert_it_works(client: Client, computer: Computer) -> None:
    result = await client.call_tool("whoami", {})
    assert not result.is_error
    assert computer.registration
    assert result.structured_content
    assert result.structured_content["email"] == USER
    assert result.structured_content["client_id"] == computer.registration.client_id


@pytest.mark.parametrize(("mode", "version"), ERAS)
def test_it_goes_from_nothing_to_a_tool_result(
    stack: RunningStack, mode: Mode, version: str
) -> None:
    async def main() -> None:
        computer = Computer()
        async with connected(stack, computer, mode) as (client, _):
            assert client.session.protocol_version == version
            names = [tool.name for tool in (await client.list_tools()).tools]
            assert names == ["current_time", "text_statistics", "whoami"]
            await assert_it_works(client, computer)
            counted = await client.call_tool("text_statistics", {"text": "three little words"})
            assert counted.structured_content
            assert counted.structured_content["words"] == 3
        assert computer.sign_ins == 1
        assert computer.challenges == [f"{stack.url}/.well-known/oauth-protected-resource/mcp/mcp"]

    asyncio.run(main())


@pytest.mark.parametrize(("mode", "version"), ERAS)
def test_it_renews_an_expired_token_without_the_person(
    stack: RunningStack, mode: Mode, version: str
) -> None:
    async def main() -> None:
        computer = Computer()
        async with connected(stack, computer, mode) as (client, auth):
            before = computer.refresh_token
            auth.context.token_expiry_time = LONG_AGO
            await assert_it_works(client, computer)
            assert computer.refresh_token != before
            assert client.session.protocol_version == version
        assert computer.sign_ins == 1

    asyncio.run(main())


@pytest.mark.parametrize(("mode", "version"), ERAS)
def test_a_second_run_needs_no_sign_in(stack: RunningStack, mode: Mode, version: str) -> None:
    async def main() -> None:
        computer = Computer()
        async with connected(stack, computer, mode):
            pass
        async with connected(stack, computer, mode) as (client, _):
            assert client.session.protocol_version == version
            await assert_it_works(client, computer)
        assert computer.sign_ins == 1

    asyncio.run(main())


@pytest.mark.parametrize(("mode", "version"), ERAS)
def test_a_second_run_renews_before_it_has_read_any_metadata(
    stack: RunningStack, mode: Mode, version: str
) -> None:
    async def main() -> None:
        computer = Computer()
        async with connected(stack, computer, mode):
            pass
        assert computer.tokens
        before = computer.refresh_token
        # Without an access token it refreshes first thing, at /token of the origin
        computer.tokens = computer.tokens.model_copy(update={"access_token": ""})
        async with connected(stack, computer, mode) as (client, _):
            assert client.session.protocol_version == version
            await assert_it_works(client, computer)
        assert computer.refresh_token != before
        assert computer.sign_ins == 1

    asyncio.run(main())
