"""Several calls in one POST, which 2025-03-26 has alone."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from gatehouse.mcp import jsonrpc
from gatehouse.mcp.caller import Caller
from gatehouse.mcp.carriers import Carrier, report_too_large, written
from gatehouse.mcp.eras import Era
from gatehouse.mcp.jsonrpc import INTERNAL_ERROR, INVALID_REQUEST, Call, RpcError
from gatehouse.mcp.scopes import require_scopes
from gatehouse.mcp.server import Reply, Server

_LARGEST_BATCH: Final = 100
# What each answer may take even if those before it took the rest: it tells of that
_SET_ASIDE: Final = 1000

AnswerCall = Callable[[Call, Carrier], Reply]


def answer_batch(
    server: Server,
    era: Era,
    messages: list[Any],
    answer_call: AnswerCall,
    *,
    caller: Caller,
    carrier: Carrier,
) -> Reply:
    """All the answers in one, by `answer_call` for each. Raises `ScopesMissing`."""
    # 2025-03-26, Transports: a server must accept batches; 2025-06-18 took them out again
    if not era.takes_batches or not 0 < len(messages) <= _LARGEST_BATCH:
        problem = RpcError(
            INVALID_REQUEST, f"Invalid request: 1 to {_LARGEST_BATCH} calls, in 2025-03-26"
        )
        return Reply(400, jsonrpc.error(None, problem))
    # Decided for all of them first: a client that comes back with more repeats the whole batch
    require_scopes(server, _readable_calls(messages), caller, era)
    replies = _answered(messages, carrier, answer_call)
    bodies = [reply.body for reply in replies if isinstance(reply.body, dict)]
    events = tuple(event for reply in replies for event in reply.events)
    method = _method([reply.method for reply in replies])
    text = written(bodies)
    if not carrier.takes(text):  # by ids alone that are long without need
        report_too_large(server, "a batch", text, carrier)
        problem = RpcError(INTERNAL_ERROR, carrier.refusal)
        return Reply(200, jsonrpc.error(None, problem), method)
    return Reply(200 if bodies else 202, bodies or None, method, events)


def _answered(messages: list[Any], carrier: Carrier, answer_call: AnswerCall) -> list[Reply]:
    replies = []
    left = carrier.largest - _SET_ASIDE * len(messages)
    for message in messages:
        reply = _answer(message, replace(carrier, largest=max(left, 0)), answer_call)
        left -= carrier.size(written(reply.body))
        replies.append(reply)
    return replies


def _answer(message: object, carrier: Carrier, answer_call: AnswerCall) -> Reply:
    try:
        call = jsonrpc.read_call(message)
        # 2025-03-26, Lifecycle: initialize is not part of a batch
        if call is not None and call.method == "initialize":
            raise RpcError(INVALID_REQUEST, "Invalid request: initialize stands alone")
    except RpcError as problem:
        return Reply(200, jsonrpc.error(jsonrpc.read_id(message), problem))
    return Reply(202) if call is None else answer_call(call, carrier)


def _method(methods: list[str]) -> str:
    # one line tells of a batch, so it tells of what counts most
    return "tools/call" if "tools/call" in methods else next(filter(None, methods), "")


def _readable_calls(messages: list[Any]) -> Iterator[Call]:
    for message in messages:
        with suppress(RpcError):
            call = jsonrpc.read_call(message)
            if call is not None:
                yield call
