"""A server of the official SDK, asked in this process as a web server would ask it."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp.server import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette

from tests.functions.deployment import Answer
from tests.functions.sdk.tools import FUNCTIONS

_ANY_HOST = TransportSecuritySettings(enable_dns_rebinding_protection=False)


class SdkServer:
    """Answers a POST each; keeps no sessions and streams nothing, like ours."""

    def __init__(self, application: Starlette, portal: BlockingPortal) -> None:
        self._application = application
        self._portal = portal

    def ask(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send one POST to the MCP endpoint."""
        return self._portal.call(self._ask, headers, body)

    async def _ask(self, headers: Mapping[str, str], body: bytes) -> Answer:
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self._application(_scope(headers), receive, send)
        start, *parts = sent
        answered = {name.decode(): value.decode() for name, value in start["headers"]}
        text = b"".join(part["body"] for part in parts).decode()
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
def sdk_server() -> Iterator[SdkServer]:
    """An official server with the tools of ours."""
    server = MCPServer("SDK", log_level="CRITICAL")
    for function in FUNCTIONS:
        # Text is no structured content with us, where it would say the same twice
        server.add_tool(function, structured_output=False if _is_text(function) else None)
    application = server.streamable_http_app(
        streamable_http_path="/mcp",
        stateless_http=True,
        json_response=True,
        transport_security=_ANY_HOST,
    )
    logging.getLogger("mcp").setLevel(logging.CRITICAL)
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(server.session_manager.run()),
    ):
        yield SdkServer(application, portal)


def _is_text(function: Any) -> bool:
    return bool(function.__annotations__["return"] is str)
