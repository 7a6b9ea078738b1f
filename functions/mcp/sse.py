"""GET /mcp/sse and POST /mcp/message: the same MCP server for clients of HTTP+SSE (2024-11-05).

It is behind a function URL that streams, and `stream` stands in the place of Lambda's runtime.
"""

from functools import partial
from typing import Any

from server import SERVER

from gatehouse import wiring
from gatehouse.errors import OAuthError, TemporarilyUnavailable
from gatehouse.http import streams
from gatehouse.http.handler import Event, lambda_handler
from gatehouse.http.mcp_response import mcp_body, mcp_response, show_mcp_error
from gatehouse.http.origins import require_origin
from gatehouse.http.request import Request
from gatehouse.http.response import Response
from gatehouse.mcp.caller import Caller
from gatehouse.oauth.resources import SSE_PATH, Resource
from gatehouse.protect import authorized, well_known
from gatehouse.sse.posting import NoSuchSession, take_message
from gatehouse.sse.stream import MESSAGE_PATH, TooManyStreams, events, open_stream

SETTINGS = wiring.settings()
SCOPES = SETTINGS.policy.scopes


def serve(request: Request, _: Event, context: Any) -> Response:
    """Open a stream or take a message, for whoever the access token stands for."""
    if request.method == "OPTIONS":
        return streams.preflight()
    resource = protected(request)
    if request.path.startswith("/.well-known/"):
        return well_known(request, resource, SCOPES)
    require_origin(request)
    check = partial(authorized, request, resource, SCOPES.minimum, SCOPES)
    caller = check()
    if (request.method, request.path) == ("GET", SSE_PATH):
        return stream(request, caller, context, check)
    if (request.method, request.path) == ("POST", MESSAGE_PATH):
        return take(request, caller)
    return streams.not_allowed(request)


def stream(request: Request, caller: Caller, context: Any, check: Any) -> Response:
    """The stream of a session of the caller's, new or come back to."""

    def remaining() -> float:
        return float(context.get_remaining_time_in_millis()) / 1000

    mailbox, now = wiring.mailbox(), wiring.now()
    try:
        opened = open_stream(
            caller,
            request.headers.get("last-event-id", ""),
            mailbox=mailbox,
            now=now,
            ends_at=now + int(remaining()) + 1,
        )
    except TooManyStreams:
        raise TemporarilyUnavailable("Too many streams were opened at once; try again") from None
    return streams.stream_response(
        events(
            opened,
            mailbox=mailbox,
            now=wiring.now,
            sleep=wiring.pause,
            remaining=remaining,
            is_allowed=partial(streams.still_allowed, check),
        ),
        request,
    )


def take(request: Request, caller: Caller) -> Response:
    """Answer a message of the caller's through their stream."""
    try:
        reply = take_message(
            streams.session_id(request),
            request.headers,
            mcp_body(request),
            caller,
            server=SERVER,
            mailbox=wiring.mailbox(),
            now=wiring.now(),
        )
    except NoSuchSession:
        return streams.no_such_session()
    return mcp_response(reply, request.headers.get("accept", ""))


def protected(request: Request) -> Resource:
    """The resource that was asked; it is on our own host where the stack says so."""
    return streams.streamed_resource(request, on_our_host=SSE_PATH in SETTINGS.policy.resources)


def show_error(error: OAuthError, request: Request | None) -> Response:
    """The error as MCP clients read it, with the challenge that tells what to ask for."""
    declared = protected(request).identifier if request else SSE_PATH
    return show_mcp_error(error, request, declared=declared, minimum=SCOPES.minimum)


answer = lambda_handler(serve, public_url=SETTINGS.public_url, show_error=show_error)


def handler(event: Event, context: object) -> dict[str, Any]:
    """What Lambda calls."""
    return answer(streams.routed(event), context)
