"""The function that streams, called in this process: the parts of its streams are taken by hand."""

import json
import time
from collections.abc import Generator, Mapping
from queue import SimpleQueue
from typing import Any

from gatehouse.streaming import StreamContext
from local.declared import Declared
from local.events import Request
from local.function_urls import function_url_event
from local.recorder import as_function
from tests.functions.deployment import Answer, Deployment

STREAMING = {"HttpSseTransport": "true", "UseCloudFront": "true"}
FUNCTION = "McpSse"
SSE_URL = "https://mcp.example.com/mcp/sse"
# Of the function
SECONDS = 900


class Stream:
    """One open stream."""

    def __init__(self, chunks: Generator[bytes, None, None]) -> None:
        self._chunks = chunks

    def next(self) -> dict[str, str] | None:
        """The fields of the next event, a comment's under no name; None at the end."""
        with as_function(FUNCTION):
            chunk = next(self._chunks, None)
        if chunk is None:
            return None
        text = chunk.decode()
        assert text.endswith("\n\n")
        return dict(line.split(": ", 1) for line in text.strip().splitlines())

    def message(self) -> Any:
        """The message of the next event."""
        event = self.next()
        assert event
        assert event["event"] == "message"
        return json.loads(event["data"])

    def hang_up(self) -> None:
        """What Lambda would do at the end of the function's time."""
        with as_function(FUNCTION):
            self._chunks.close()


class Streams(Deployment):
    """Every function of a stack that streams."""

    def __init__(
        self, declared: Declared, *, handed_over: "SimpleQueue[tuple[str, Any]] | None" = None
    ) -> None:
        """`handed_over` are the events of another deployment that functions wait for here."""
        super().__init__(declared, handed_over=handed_over)
        self.declared = declared
        self._opened: list[Stream] = []

    def hang_up(self) -> None:
        """End every stream that was opened."""
        while self._opened:
            self._opened.pop().hang_up()

    def call(
        self,
        method: str,
        target: str,
        access_token: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        seconds: float = SECONDS,
    ) -> tuple[Answer, Any]:
        """What the function answers, and the body as it gives it."""
        sent = {"content-type": "application/json", **(headers or {})}
        if access_token is not None:
            sent["authorization"] = f"Bearer {access_token}"
        path, _, query = target.partition("?")
        request = Request(method, path, query, tuple(sent.items()), body, "HTTP/1.1", "::1")
        event = function_url_event(request, FUNCTION, port=443)
        result = self.invoke_streaming(event, seconds=seconds)
        text = result["body"] if isinstance(result["body"], str) else ""
        return Answer(result["statusCode"], result["headers"], text, ()), result["body"]

    def invoke_streaming(self, event: Mapping[str, Any], *, seconds: float = SECONDS) -> Any:
        """The handler's result for an event of its URL."""
        context = StreamContext("an id", int((time.time() + seconds) * 1000))
        with as_function(FUNCTION):
            return self._handler(FUNCTION)(event, context)

    def open(self, access_token: str, last_event_id: str = "", **changes: Any) -> Stream:
        """A stream that was opened, before its first event."""
        headers = {"last-event-id": last_event_id} if last_event_id else {}
        answer, chunks = self.call("GET", "/mcp/sse", access_token, headers=headers, **changes)
        assert answer.status == 200, answer.text
        self._opened.append(Stream(chunks))
        return self._opened[-1]

    def post(self, target: str, access_token: str, message: object) -> Answer:
        """A message to a session."""
        body = json.dumps(message).encode()
        return self.call("POST", target, access_token, body=body)[0]
