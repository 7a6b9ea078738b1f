"""Asks an ASGI application one thing, in this process (ASGI 3.0, HTTP & WebSocket)."""

import asyncio
from collections.abc import Mapping
from typing import Any


async def ask(
    application: Any, path: str, headers: Mapping[str, str], body: bytes
) -> tuple[int, bytes]:
    """The status and body of the answer of a Starlette `application` to one POST.

    Its lifespan begins before and ends after it. Raises what the application raises.
    """
    exchange = _Exchange(body)
    async with application.router.lifespan_context(application) as state:
        scope = {**_scope(path, headers), "state": dict(state or {})}
        await application(scope, exchange.receive, exchange.send)
    return exchange.status, exchange.body


def _scope(path: str, headers: Mapping[str, str]) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(_octets(name.lower()), _octets(value)) for name, value in headers.items()],
    }


def _octets(text: str) -> bytes:
    # An event is JSON, which can say half of a surrogate pair: no octets are that half
    return text.encode("utf-8", "ignore")


class _Exchange:
    """One request and what becomes of it."""

    def __init__(self, body: bytes) -> None:
        self.status = 500
        self.body = b""
        self._asked = body
        self._taken = False
        self._answered = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        if not self._taken:
            self._taken = True
            return {"type": "http.request", "body": self._asked, "more_body": False}
        # who looks for more learns that the client is gone, which it is not before the answer
        await self._answered.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Mapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            return
        self.body += message.get("body", b"")
        if not message.get("more_body", False):
            self._answered.set()
