"""HTTP+SSE over HTTP: what is asked, and what a stream answers (MCP 2024-11-05, Transports)."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from gatehouse.errors import OAuthError, Unavailable
from gatehouse.http import cors
from gatehouse.http.request import Request
from gatehouse.http.response import NO_STORE, Response, json_response
from gatehouse.log.line import log_request
from gatehouse.mcp import jsonrpc
from gatehouse.oauth.resources import SSE_PATH, Resource, Resources
from gatehouse.sse.stream import MESSAGE_PATH, SESSION_PARAMETER

_HEADERS: Final = {
    **NO_STORE,
    "content-type": "text/event-stream; charset=utf-8",
    # proxies that would collect the events before they hand them on
    "x-accel-buffering": "no",
}
_METHODS: Final = {SSE_PATH: "GET", MESSAGE_PATH: "POST"}


def routed(event: Mapping[str, Any]) -> dict[str, Any]:
    """The event of a function URL, which knows no routes, with the route of ours that it takes.

    Its host is Lambda's own word, not the client's header.
    """
    method, path = event["requestContext"]["http"]["method"], event["rawPath"]
    key = f"{method} {path}" if _METHODS.get(path) == method else "$default"
    headers = {**event.get("headers", {}), "host": event["requestContext"]["domainName"]}
    return {**event, "routeKey": key, "headers": headers}


def streamed_resource(request: Request, *, on_our_host: bool) -> Resource:
    """The resource that was asked: on the issuer's host, or on the function URL's own.

    That host is what `routed` found.
    """
    origin = request.issuer if on_our_host else f"https://{request.headers['host']}"
    return Resources(request.issuer).sse(origin)


def session_id(request: Request) -> str:
    """The id of the session that a message is for. Raises `InvalidRequest`."""
    return request.query().get(SESSION_PARAMETER) or ""


def preflight() -> Response:
    """The answer to a preflight, which carries no credentials (the Fetch standard)."""
    return Response(204, headers=cors.PREFLIGHT_HEADERS)


def not_allowed(request: Request) -> Response:
    """The answer to a path that is none of ours, or to another method of one."""
    allowed = _METHODS.get(request.path)
    if allowed is None:
        return json_response(404, {"message": "Not Found"}, outcome="not_found")
    headers = {**NO_STORE, "allow": allowed}
    problem = jsonrpc.RpcError(jsonrpc.INVALID_REQUEST, f"Only {allowed} is supported here")
    return json_response(
        405, jsonrpc.error(None, problem), headers=headers, outcome="method_not_allowed"
    )


def no_such_session() -> Response:
    """The same for a session that never was, is over, or is somebody else's."""
    problem = jsonrpc.RpcError(jsonrpc.INVALID_REQUEST, "There is no such session: open a stream")
    return json_response(404, jsonrpc.error(None, problem), outcome="no_such_session")


def stream_response(events: Iterator[bytes], request: Request) -> Response:
    """A stream of `events`, which the log tells of when it begins and when it ends."""
    return Response(200, headers=_HEADERS, outcome="stream_opened", stream=_logged(events, request))


def still_allowed(check: Callable[[], object]) -> bool:
    """Whether the check that let somebody in would let them in now."""
    try:
        check()
    except OAuthError:
        return False
    return True


def _logged(events: Iterator[bytes], request: Request) -> Iterator[bytes]:
    failures = []
    try:
        yield from events
    except Unavailable as error:
        # the client comes back by itself, and nothing is lost in the mailbox
        failures.append(f"a dependency did not answer: {error}")
    finally:
        log_request(
            request_id="",
            route=f"GET {SSE_PATH}",
            status=200,
            outcome="stream_ended",
            reason="",
            story=request.story,
            failures=failures,
        )
