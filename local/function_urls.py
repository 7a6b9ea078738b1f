"""Function URLs that stream, behind CloudFront, which gives them paths of the one host.

https://docs.aws.amazon.com/lambda/latest/dg/config-rs-invoke-furls.html
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Final, Protocol

from local.account import REGION
from local.answers import Answer, MalformedResult, from_result, message
from local.children import Ended
from local.declared import Integration, Route
from local.events import Request, event
from local.execution_environment import FunctionError
from local.routes import Match

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

# What stands between the status with its headers, and the body
_END_OF_PRELUDE: Final = b"\0" * 8
# Each open stream waits in one
_THREADS: Final = 64


class Streaming(Protocol):
    """A Lambda function that streams."""

    def stream(self, event: Any) -> Iterator[bytes]:
        """The chunks of its result. Raises `FunctionError`, in the midst of it even."""


class FunctionUrls:
    """Takes requests to functions, and hands on what they answer as it comes."""

    def __init__(self, paths: Mapping[str, str], functions: Mapping[str, Streaming]) -> None:
        """`paths` lead to names of `functions`."""
        self._functions = {path: (name, functions[name]) for path, name in paths.items()}
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="stream")

    def __contains__(self, path: object) -> bool:
        return path in self._functions

    async def answer(self, request: Request, send: Send, *, port: int) -> None:
        """Answer one request.

        A client that has gone is nothing to the function, as on AWS: it goes on to its end.
        """
        name, function = self._functions[request.path]
        chunks = function.stream(function_url_event(request, name, port=port))
        try:
            answer, body = await self._prelude(chunks)
        except (FunctionError, MalformedResult, Ended):
            answer, body = message(502, "Internal Server Error"), b""
        await start(answer, send)
        while body is not None:
            await send({"type": "http.response.body", "body": body, "more_body": True})
            try:
                body = await self._next(chunks)
            except (FunctionError, Ended):
                break  # the log has it; the client sees that the answer has no end
        await send({"type": "http.response.body", "body": b""})

    async def _prelude(self, chunks: Iterator[bytes]) -> tuple[Answer, bytes | None]:
        """What the function answers, without its body, and what there is of the body already."""
        content = b""
        while _END_OF_PRELUDE not in content:
            chunk = await self._next(chunks)
            if chunk is None:
                raise MalformedResult("the answer ends before its body")
            content += chunk
        prelude, _, body = content.partition(_END_OF_PRELUDE)
        try:
            return from_result(json.loads(prelude)), body
        except ValueError:
            raise MalformedResult("the prelude is no JSON") from None

    async def _next(self, chunks: Iterator[bytes]) -> bytes | None:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, next, chunks, None)


async def start(answer: Answer, send: Send, *, length: int | None = None) -> None:
    """Send an answer's status and headers; without a `length` it ends when it ends."""
    headers = [*answer.headers.items(), *(("set-cookie", cookie) for cookie in answer.cookies)]
    if length is not None and answer.status not in (204, 304):
        headers.append(("content-length", str(length)))
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [(name.encode(), value.encode(errors="replace")) for name, value in headers],
        }
    )


def function_url_event(request: Request, name: str, *, port: int) -> dict[str, Any]:
    """The event of a request to the URL of a function, which has no routes."""
    # CloudFront asks by the host of the URL itself, which is not the one that the client asked
    headers = [(header, value) for header, value in request.headers if header != "host"]
    headers.append(("host", f"{name.lower()}.lambda-url.{REGION}.on.aws"))
    match = Match(Route("$default", Integration(name, 0, {})), {})
    return event(replace(request, headers=tuple(headers)), match, port=port)
