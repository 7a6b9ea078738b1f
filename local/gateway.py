"""API Gateway's HTTP API, as an ASGI application."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Final

from local.answers import Answer, MalformedResult, changed, from_result, message
from local.children import Ended
from local.declared import Integration, Route
from local.events import Request, event
from local.execution_environment import FunctionError, FunctionTimeout, RequestTooLarge
from local.function_urls import FunctionUrls, Send, start
from local.invocable import Invocable
from local.routes import Routes

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

_LARGEST_BODY: Final = 10 * 1024 * 1024
_THREADS: Final = 64


class Gateway:
    """Takes requests to functions, and their results back as answers."""

    def __init__(
        self,
        routes: Iterable[Route],
        functions: Mapping[str, Invocable],
        *,
        port: int,
        streams: FunctionUrls | None = None,
    ) -> None:
        """`functions` are by the name that the routes' integrations call them.

        What `streams` knows the path of goes there, as through CloudFront.
        """
        self._streams = streams
        self._routes = Routes(routes)
        self._functions = functions
        self._port = port
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="invoke")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request (ASGI 3)."""
        body = await _read_body(receive)
        if body is not None and self._streams and scope["path"] in self._streams:
            await self._streams.answer(_request(scope, body), send, port=self._port)
            return
        if body is None:
            answer = message(413, "Request Entity Too Large")
        else:
            request = _request(scope, body)
            answer = await self._answer(
                _by_cloudfront(request, scope) if self._streams else request
            )
        await _send(answer, send, with_body=scope["method"] != "HEAD")

    async def _answer(self, request: Request) -> Answer:
        match = self._routes.match(request.method, request.decoded_path)
        if match is None:
            return message(404, "Not Found")
        integration = match.route.integration
        try:
            result = await self._invoke(integration, event(request, match, port=self._port))
            answer = from_result(result)
            return changed(answer, integration.response_parameters.get(answer.status, ()))
        except (TimeoutError, FunctionTimeout):
            # Documented for the integration's timeout, reported for the function's own
            return message(503, "Service Unavailable")
        except RequestTooLarge:  # reported for REST APIs
            return message(413, "Request Entity Too Large")
        except (FunctionError, MalformedResult, Ended):
            return message(500, "Internal Server Error")

    async def _invoke(self, integration: Integration, event: Mapping[str, Any]) -> Any:
        invoke = self._functions[integration.function].invoke
        running = asyncio.get_running_loop().run_in_executor(self._threads, invoke, event)
        return await asyncio.wait_for(running, integration.timeout)


def _request(scope: Scope, body: bytes) -> Request:
    return Request(
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in scope["headers"]),
        body=body,
        protocol=f"HTTP/{scope['http_version']}",
        source_ip=scope["client"][0] if scope.get("client") else "127.0.0.1",
    )


def _by_cloudfront(request: Request, scope: Scope) -> Request:
    """The request with what CloudFront says of the viewer, whatever the viewer says."""
    name = "cloudfront-viewer-address"
    host, port = scope.get("client") or ("127.0.0.1", 0)
    others = tuple(header for header in request.headers if header[0] != name)
    return replace(request, headers=(*others, (name, f"{host}:{port}")))


async def _read_body(receive: Receive) -> bytes | None:
    """The request's body; None if it is too large or the client has gone.

    A body that is too large is read to its end: before that, many clients do not listen.
    """
    body = bytearray()
    size = 0
    while True:
        part = await receive()
        if part["type"] == "http.disconnect":
            return None
        content = part.get("body", b"")
        size += len(content)
        if size <= _LARGEST_BODY:
            body += content
        if not part.get("more_body", False):
            return bytes(body) if size <= _LARGEST_BODY else None


async def _send(answer: Answer, send: Send, *, with_body: bool) -> None:
    await start(answer, send, length=len(answer.body))
    await send({"type": "http.response.body", "body": answer.body if with_body else b""})
