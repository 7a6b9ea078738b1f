"""A server of the official SDK, asked in this process as a web server would ask it."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import anyio
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp.server import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import EmptyResult, SetLevelRequestParams
from starlette.applications import Starlette

from tests.functions.deployment import Answer
from tests.functions.sdk.sdk_offers import add_all

_ANY_HOST = TransportSecuritySettings(enable_dns_rebinding_protection=False)


class SdkServer:
    """Answers a POST each, and keeps no sessions, like ours."""

    def __init__(self, application: Starlette, portal: BlockingPortal) -> None:
        self._application = application
        self._portal = portal

    def ask(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send one POST to the MCP endpoint."""
        return self._portal.call(self._ask, headers, body)

    async def _ask(self, headers: Mapping[str, str], body: bytes) -> Answer:
        sent: list[Any] = []
        received = iter([body])

        async def receive() -> dict[str, Any]:
            if next(received, None) is None:
                await anyio.sleep_forever()  # the client stays until it has its answer
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self._application(_scope(headers), receive, send)
        start, *parts = sent
        answered = {name.decode(): value.decode() for name, value in start["headers"]}
        text = b"".join(part["body"] for part in parts if part["type"].endswith("body")).decode()
        return Answer(start["status"], answered, text, ())


def _scope(headers: Mapping[str, str]) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "https",
        "method": "POST",
        "path": "/mcp",
        "raw_path": b"/mcp",
        "query_string": b"",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
    }


@contextmanager
def sdk_server(*, streams: bool = False) -> Iterator[SdkServer]:
    """An official server with all that ours offers; one that `streams` tells of events."""
    server = MCPServer("SDK", log_level="CRITICAL", subscriptions=False)
    add_all(server)
    server._lowlevel_server.add_request_handler("logging/setLevel", SetLevelRequestParams, _noted)
    application = server.streamable_http_app(
        streamable_http_path="/mcp",
        stateless_http=True,
        json_response=not streams,
        transport_security=_ANY_HOST,
    )
    logging.getLogger("mcp").setLevel(logging.CRITICAL + 1)
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(server.session_manager.run()),
    ):
        yield SdkServer(application, portal)


async def _noted(context: object, params: SetLevelRequestParams) -> EmptyResult:
    return EmptyResult()
