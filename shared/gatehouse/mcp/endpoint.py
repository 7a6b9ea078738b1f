"""One MCP endpoint: a POST in, a status and a JSON body out."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from gatehouse.mcp import jsonrpc, legacy, modern, versions
from gatehouse.mcp.caller import Caller
from gatehouse.mcp.context import Context
from gatehouse.mcp.jsonrpc import INVALID_REQUEST, Call, RpcError
from gatehouse.mcp.scopes import require_scopes
from gatehouse.mcp.server import Reply, Server

VERSION_HEADER: Final = "mcp-protocol-version"
_LARGEST_BATCH: Final = 100


def answer(server: Server, headers: Mapping[str, str], body: bytes, caller: Caller) -> Reply:
    """Answer one POST. Header names are lower-case.

    Raises `ScopesMissing` before any tool has run, whatever else the POST holds.
    """
    try:
        message = jsonrpc.parse(body)
    except RpcError as problem:
        return Reply(400, jsonrpc.error(None, problem))
    version = headers.get(VERSION_HEADER, "").strip() or None
    if isinstance(message, list):
        return _answer_batch(server, version, message, caller)
    try:
        call = jsonrpc.read_call(message)
    except RpcError as problem:
        return Reply(400, jsonrpc.error(jsonrpc.read_id(message), problem))
    # A response: the server asked nothing that is still open
    if call is None:
        return Reply(202)
    if modern.is_modern(call, version):
        return modern.answer(server, headers, call, Context(caller))
    return legacy.answer(server, version or versions.ASSUMED, call, Context(caller))


def _answer_batch(
    server: Server, version: str | None, messages: list[Any], caller: Caller
) -> Reply:
    # 2025-03-26, Transports: a server must accept batches; 2025-06-18 took them out again
    if (version or versions.ASSUMED) != versions.ASSUMED or not 0 < len(messages) <= _LARGEST_BATCH:
        problem = RpcError(
            INVALID_REQUEST, f"Invalid request: 1 to {_LARGEST_BATCH} calls, in {versions.ASSUMED}"
        )
        return Reply(400, jsonrpc.error(None, problem))
    # Decided for all of them first: a client that comes back with more repeats the whole batch
    require_scopes(server, _readable_calls(messages), caller)
    replies = [_answer_in_batch(server, message, caller) for message in messages]
    bodies = [reply.body for reply in replies if isinstance(reply.body, dict)]
    return Reply(200 if bodies else 202, bodies or None, _method([r.method for r in replies]))


def _method(methods: list[str]) -> str:
    # one line tells of a batch, so it tells of what counts most
    return "tools/call" if "tools/call" in methods else next(filter(None, methods), "")


def _readable_calls(messages: list[Any]) -> Iterator[Call]:
    for message in messages:
        with suppress(RpcError):
            call = jsonrpc.read_call(message)
            if call is not None:
                yield call


def _answer_in_batch(server: Server, message: object, caller: Caller) -> Reply:
    try:
        call = jsonrpc.read_call(message)
        # 2025-03-26, Lifecycle: initialize is not part of a batch
        if call is not None and call.method == "initialize":
            raise RpcError(INVALID_REQUEST, "Invalid request: initialize stands alone")
    except RpcError as problem:
        return Reply(200, jsonrpc.error(jsonrpc.read_id(message), problem))
    return (
        Reply(202)
        if call is None
        else legacy.answer(server, versions.ASSUMED, call, Context(caller))
    )
