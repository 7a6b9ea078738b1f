"""The MCP endpoint's answers over HTTP, challenges among them."""

from collections.abc import Sequence
from typing import Final

from gatehouse.errors import (
    InsufficientScope,
    InvalidRequest,
    InvalidToken,
    OAuthError,
    RequestTooLarge,
)
from gatehouse.http.request import Request
from gatehouse.http.response import NO_STORE, Response, compact_json, json_response
from gatehouse.mcp import jsonrpc
from gatehouse.mcp.carriers import LAMBDA
from gatehouse.mcp.server import Reply
from gatehouse.oauth.resources import MCP_PATH, declared_resource
from gatehouse.oauth.tokens.bearer import resource_challenge

_LARGEST_BODY: Final = 4 * 1024 * 1024
_EVENT_STREAM: Final = "text/event-stream"


def mcp_body(request: Request) -> bytes:
    """The body of a POST. Raises `InvalidRequest` for what cannot be an MCP message."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise InvalidRequest("The Content-Type must be application/json")
    if len(request.body) > _LARGEST_BODY:
        raise RequestTooLarge(f"The body is larger than {_LARGEST_BODY} bytes")
    return request.body


def mcp_response(reply: Reply, accept: str = "") -> Response:
    """A reply of the MCP server, its events as a stream that is over, if the client takes one.

    They are left out where there is no room for them.
    """
    outcome = reply.method or "message"
    if reply.body is None:
        return Response(reply.status, headers=NO_STORE, outcome=outcome)
    if not reply.events or _EVENT_STREAM not in accept:
        return json_response(reply.status, reply.body, outcome=outcome)
    body = "".join(map(_event, (*reply.events, reply.body)))
    # what was told on the way is less than the answer, which is carried alone
    if not LAMBDA.takes(body):
        return json_response(reply.status, reply.body, outcome=outcome)
    headers = {"content-type": _EVENT_STREAM, **NO_STORE}
    return Response(reply.status, body, headers, outcome=outcome)


def _event(message: object) -> str:
    return f"event: message\ndata: {compact_json(message)}\n\n"


def method_not_allowed() -> Response:
    """No stream is offered and no session kept (Streamable HTTP: GET and DELETE are optional)."""
    problem = jsonrpc.RpcError(jsonrpc.INVALID_REQUEST, "Only POST is supported here")
    return json_response(
        405,
        jsonrpc.error(None, problem),
        headers={"allow": "POST", "cache-control": "no-store"},
        outcome="method_not_allowed",
    )


def show_mcp_error(
    error: OAuthError,
    request: Request | None,
    *,
    declared: str = MCP_PATH,
    minimum: Sequence[str],
) -> Response:
    """An error outside the protocol, as a JSON-RPC error; a 401 or 403 carries the challenge.

    The challenge is of the resource that is `declared`, for which every call needs `minimum`.
    """
    code = jsonrpc.INVALID_REQUEST if error.status < 500 else jsonrpc.INTERNAL_ERROR
    headers = {"cache-control": "no-store"}
    if isinstance(error, InvalidToken | InsufficientScope) and request:
        # MCP has no code for this; an application's own lies outside what JSON-RPC reserves
        code = error.status
        resource = declared_resource(declared, request.issuer)
        headers["www-authenticate"] = resource_challenge(
            error, resource=resource, issuer=request.issuer, minimum=minimum
        )
    problem = jsonrpc.RpcError(code, error.description)
    return json_response(
        error.status,
        jsonrpc.error(None, problem),
        headers=headers,
        outcome=error.code,
        reason=error.reason,
    )
