"""The official Python client of the 1.x line: `python client.py http|sse URL REDIRECT_URI`.

It prints one JSON object a line: the authorization URL, whereupon it reads the URL that the browser
came back to from standard input, and what it found out with its first and with a renewed token. It
runs with the packages of requirements/python-client-1.txt, and no others.
"""

import asyncio
import json
import sys
from importlib.metadata import version
from typing import Any
from urllib.parse import parse_qs, urlsplit

from mcp import ClientSession
from mcp.client.auth import OAuthClientProvider
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamablehttp_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken

TRANSPORTS = {"http": streamablehttp_client, "sse": sse_client}
LONG_AGO = 1.0


def tell(**line: Any) -> None:
    print(json.dumps(line), flush=True)


class Host:
    """What a host of the client keeps, and its way to the person at the browser."""

    def __init__(self) -> None:
        self.tokens: OAuthToken | None = None
        self.registration: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.registration

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.registration = client_info

    async def open_browser(self, url: str) -> None:
        tell(authorizationUrl=url)

    async def callback(self) -> tuple[str, str | None]:
        returned = parse_qs(urlsplit(await asyncio.to_thread(input)).query)
        return returned["code"][0], returned["state"][0]


def new_auth(url: str, redirect_uri: str, host: Host) -> OAuthClientProvider:
    metadata = OAuthClientMetadata(
        client_name="The official Python client of the 1.x line", redirect_uris=[redirect_uri]
    )
    return OAuthClientProvider(url, metadata, host, host.open_browser, host.callback)


async def found_out(session: ClientSession, host: Host) -> dict[str, Any]:
    tools = (await session.list_tools()).tools
    whoami = await session.call_tool("whoami", {})
    return {
        "tools": [tool.name for tool in tools],
        "whoami": whoami.structuredContent,
        "clientId": host.registration.client_id,
        "refreshToken": host.tokens.refresh_token,
    }


async def main(transport: str, url: str, redirect_uri: str) -> None:
    host = Host()
    auth = new_auth(url, redirect_uri, host)
    async with (
        TRANSPORTS[transport](url, auth=auth) as (incoming, outgoing, *_),
        ClientSession(incoming, outgoing) as session,
    ):
        protocol = (await session.initialize()).protocolVersion
        tell(connected={"client": version("mcp"), "protocol": protocol})
        tell(first=await found_out(session, host))
        auth.context.token_expiry_time = LONG_AGO
        tell(renewed=await found_out(session, host))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
