"""One MCP endpoint: a POST in, a status and a JSON body out."""

from collections.abc import Mapping
from dataclasses import replace

from gatehouse.mcp import jsonrpc
from gatehouse.mcp.caller import Caller
from gatehouse.mcp.carriers import LAMBDA, Carrier, carried
from gatehouse.mcp.channel import Channel
from gatehouse.mcp.context import Context
from gatehouse.mcp.eras import Era, era_of
from gatehouse.mcp.headers import (
    VERSION_HEADER,
    require_known_version,
    require_matching_headers,
    require_metadata,
    require_readable_metadata,
    require_repeated,
)
from gatehouse.mcp.jsonrpc import INVALID_REQUEST, METHOD_NOT_FOUND, Call, RpcError, clipped
from gatehouse.mcp.methods import Method, find_method
from gatehouse.mcp.outcomes import Outcome
from gatehouse.mcp.rounds import Round, in_rounds
from gatehouse.mcp.scopes import require_scopes
from gatehouse.mcp.server import Reply, Server
from gatehouse.mcp.turn import Turn


def answer(
    server: Server,
    headers: Mapping[str, str],
    body: bytes,
    caller: Caller,
    carrier: Carrier = LAMBDA,
) -> Reply:
    """Answer one POST, with what `carrier` takes. Header names are lower-case.

    The reply's events are not counted: whoever carries them leaves out what there is no room for.
    Raises `ScopesMissing` before any tool has run, whatever else the POST holds.
    """
    try:
        message = jsonrpc.parse(body)
    except RpcError as problem:
        return Reply(400, jsonrpc.error(None, problem))
    header = headers.get(VERSION_HEADER)
    if isinstance(message, list):
        # loaded here: one version has batches, and few clients send any
        from gatehouse.mcp.batches import answer_batch

        era = era_of(None, header)

        def answer_one(call: Call, carrier: Carrier) -> Reply:
            return _answer_call(server, era, {}, call, caller=caller, carrier=carrier)

        return answer_batch(server, era, message, answer_one, caller=caller, carrier=carrier)
    try:
        call = jsonrpc.read_call(message)
    except RpcError as problem:
        return Reply(400, jsonrpc.error(jsonrpc.read_id(message), problem))
    if call is None:
        return _answer_response(era_of(None, header))
    return _answer_call(server, era_of(call, header), headers, call, caller=caller, carrier=carrier)


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
    server: Server,
    era: Era,
    headers: Mapping[str, str],
    call: Call,
    *,
    caller: Caller,
    carrier: Carrier,
) -> Reply:
    if call.is_notification:
        return _answer_notification(era, headers)
    return carried(server, era, call, _answer_request(server, era, headers, call, caller), carrier)


def _answer_request(
    server: Server, era: Era, headers: Mapping[str, str], call: Call, caller: Caller
) -> Reply:
    method = find_method(call.method, era, server.registry)
    name = method.name if method else ""
    try:
        if era.stands_alone:
            require_metadata(call, headers)
            require_matching_headers(call, headers, method.named_by if method else "")
        if method is None:
            raise RpcError(METHOD_NOT_FOUND, f"Method not found: {clipped(call.method)}")
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
