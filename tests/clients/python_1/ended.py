"""The same client when its stream comes to an end: `python ended.py SSE_URL REDIRECT_URI`.

It says what became of a call after that, and of one after it has connected anew.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
from client import Host, new_auth, tell
from mcp import ClientSession, McpError
from mcp.client.auth import OAuthClientProvider
from mcp.client.sse import sse_client


@asynccontextmanager
async def connected(
    url: str, auth: OAuthClientProvider, ended: anyio.Event
) -> AsyncIterator[ClientSession]:
    """A session; `ended` is set when its stream is over."""
    passed_on, received = anyio.create_memory_object_stream[Any](0)

    async def pass_on(incoming: Any) -> None:
        async with passed_on:
            async for message in incoming:
                await passed_on.send(message)
        ended.set()

    async with (
        sse_client(url, auth=auth) as (incoming, outgoing),
        anyio.create_task_group() as group,
    ):
        group.start_soon(pass_on, incoming)
        async with ClientSession(received, outgoing) as session:
            await session.initialize()
            yield session
        group.cancel_scope.cancel()


async def called(session: ClientSession) -> dict[str, Any]:
    try:
        return {"whoami": (await session.call_tool("whoami", {})).structuredContent}
    except (anyio.ClosedResourceError, McpError) as error:
        return {"error": repr(error)}


async def main(url: str, redirect_uri: str) -> None:
    auth = new_auth(url, redirect_uri, Host())
    ended = anyio.Event()
    async with connected(url, auth, ended) as session:
        tell(before=await called(session))
        await ended.wait()
        tell(after=await called(session))
    async with connected(url, auth, anyio.Event()) as session:
        tell(anew=await called(session))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
