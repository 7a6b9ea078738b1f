"""One MCP endpoint: a POST in, a status and a JSON body out."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from gatehouse.mcp import jsonrpc
from gatehouse.mcp.caller import Caller
from gatehouse.mcp.channel import Channel
from gatehouse.mcp.context import Context
from gatehouse.mcp.eras import ERAS, Era, era_of
from gatehouse.mcp.headers import (
    VERSION_HEADER,
    require_known_version,
    require_matching_headers,
    require_metadata,
    require_readable_metadata,
    require_repeated,
    unsupported_version,
)
from gatehouse.mcp.jsonrpc import INVALID_REQUEST, METHOD_NOT_FOUND, Call, RpcError
from gatehouse.mcp.methods import Method, find_method
from gatehouse.mcp.outcomes import Outcome
from gatehouse.mcp.rounds import Round, in_rounds
from gatehouse.mcp.scopes import require_scopes
from gatehouse.mcp.server import Reply, Server
from gatehouse.mcp.turn import Turn

_LARGEST_BATCH: Final = 100


def answer(
    server: Server,
    headers: Mapping[str, str],
    body: bytes,
    caller: Caller,
    *,
    eras: Collection[Era] = ERAS,
) -> Reply:
    """Answer one POST, in one of `eras`. Header names are lower-case.

    Raises `ScopesMissing` before any tool has run, whatever else the POST holds.
    """
    try:
        message = jsonrpc.parse(body)
    except RpcError as problem:
        return Reply(400, jsonrpc.error(None, problem))
    header = headers.get(VERSION_HEADER)
    if isinstance(message, list):
        return _answer_batch(server, era_of(None, header), message, caller)
    try:
        call = jsonrpc.read_call(message)
    except RpcError as problem:
        return Reply(400, jsonrpc.error(jsonrpc.read_id(message), problem))
    if call is None:
        return _answer_response(era_of(None, header))
    era = era_of(call, header)
    if era not in eras:
        refused = unsupported_version(era.version, [each.version for each in eras])
        return Reply(400, jsonrpc.error(call.id, refused))
    return _answer_call(server, era, headers, call, caller)


def _answer_response(era: Era) -> Reply:
    # 2026-07-28, Streamable HTTP, "Sending Messages": the body is a request or a notification
    if era.stands_alone:
        problem = RpcError(INVALID_REQUEST, "Invalid request: nothing was asked of the client")
        return Reply(400, jsonrpc.error(None, problem))
    # Taken, as the server asked nothing that is still open
    return Reply(202)


def _answer_notification(era: Era, headers: Mapping[str, str]) -> Reply:
    try:
        # 2026-07-28, Streamable HTTP, "Protocol Version Header": every POST that has one
        if era.stands_alone:
            require_known_version(headers)
    except RpcError as problem:
        return Reply(400, jsonrpc.error(None, problem), "notification")
    return Reply(202, method="notification")


def _answer_call(
    server: Server, era: Era, headers: Mapping[str, str], call: Call, caller: Caller
) -> Reply:
    if call.is_notification:
        return _answer_notification(era, headers)
    method = find_method(call.method, era, server.registry)
    name = method.name if method else ""
    try:
        if era.stands_alone:
            require_metadata(call, headers)
            require_matching_headers(call, headers, method.named_by if method else "")
        if method is None:
            raise RpcError(METHOD_NOT_FOUND, f"Method not found: {call.method}")
        require_readable_metadata(call)
        if era.stands_alone:
            require_repeated(method.headers_of(server, call), headers)
        require_scopes(server, [call], caller, era)
        context = Context(caller, Channel.of(call, era), token_of=server.provider_token)
        outcome = _respond(method, Turn(server, call, context, era))
    except RpcError as problem:
        return Reply(era.status_of(problem.code), jsonrpc.error(call.id, problem), name)
    result = era.result(outcome, cached=method.cached, server_info=server.info)
    return Reply(200, jsonrpc.result(call.id, result), name, tuple(context.channel.events))


def _respond(method: Method, turn: Turn) -> Outcome:
    if not method.asks:
        return method.respond(turn)
    rounds = Round.of(turn.server, turn.call, turn.context.caller, turn.era, method.named_by)
    context = replace(turn.context, round=rounds)
    return in_rounds(rounds, lambda: method.respond(turn._replace(context=context)))


def _answer_batch(server: Server, era: Era, messages: list[Any], caller: Caller) -> Reply:
    # 2025-03-26, Transports: a server must accept batches; 2025-06-18 took them out again
    if not era.takes_batches or not 0 < len(messages) <= _LARGEST_BATCH:
        problem = RpcError(
            INVALID_REQUEST, f"Invalid request: 1 to {_LARGEST_BATCH} calls, in 2025-03-26"
        )
        return Reply(400, jsonrpc.error(None, problem))
    # Decided for all of them first: a client that comes back with more repeats the whole batch
    require_scopes(server, _readable_calls(messages), caller, era)
    replies = [_answer_in_batch(server, era, message, caller) for message in messages]
    bodies = [reply.body for reply in replies if isinstance(reply.body, dict)]
    events = tuple(event for reply in replies for event in reply.events)
    method = _method([reply.method for reply in replies])
    return Reply(200 if bodies else 202, bodies or None, method, events)


def _method(methods: list[str]) -> str:
    # one line tells of a batch, so it tells of what counts most
    return "tools/call" if "tools/call" in methods else next(filter(None, methods), "")


def _readable_calls(messages: list[Any]) -> Iterator[Call]:
    for message in messages:
        with suppress(RpcError):
            call = jsonrpc.read_call(message)
            if call is not None:
                yield call


def _answer_in_batch(server: Server, era: Era, message: object, caller: Caller) -> Reply:
    try:
        call = jsonrpc.read_call(message)
        # 2025-03-26, Lifecycle: initialize is not part of a batch
        if call is not None and call.method == "initialize":
            raise RpcError(INVALID_REQUEST, "Invalid request: initialize stands alone")
    except RpcError as problem:
        return Reply(200, jsonrpc.error(jsonrpc.read_id(message), problem))
    return Reply(202) if call is None else _answer_call(server, era, {}, call, caller)
