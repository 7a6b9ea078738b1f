"""completion/complete: what a client may offer while a person fills in an argument."""

import inspect
from collections.abc import Mapping, Sequence
from typing import Any, Final, get_type_hints

from gatehouse.mcp.context import Context
from gatehouse.mcp.incidents import internal_error
from gatehouse.mcp.jsonrpc import INVALID_PARAMS, Call, RpcError, clipped
from gatehouse.mcp.markers import Completion, marker_of
from gatehouse.mcp.outcomes import Complete
from gatehouse.mcp.registry.offers import Offer, waited_for
from gatehouse.mcp.server import Server
from gatehouse.mcp.turn import Turn

# 2025-03-26 and later, Completion: at most this many in one answer
_MOST: Final = 100


def complete(turn: Turn) -> Complete:
    """Values that begin as the person did. Raises `RpcError` for what cannot be completed."""
    params = turn.call.params
    offer = completed_offer(turn.server, turn.call)
    if offer is None:
        raise RpcError(INVALID_PARAMS, "ref is no prompt and no resource template of this server")
    name, typed, given = _argument(params)
    if name not in offer.hints:
        raise RpcError(INVALID_PARAMS, f"The {offer.word} has no argument {clipped(name)}")
    marker: Completion | None = marker_of(offer.hints[name], Completion)
    try:
        values = [] if marker is None else _values(marker, typed, given, turn.context)
    except (Exception, SystemExit) as error:
        raise internal_error(turn.server, offer, error) from None
    found = {"values": values[:_MOST], "total": len(values), "hasMore": len(values) > _MOST}
    return Complete({"completion": found})


def completed_offer(server: Server, call: Call) -> Offer | None:
    """The prompt or template whose argument a call completes, if there is one."""
    registry, ref = server.registry, call.params.get("ref")
    ref = ref if isinstance(ref, dict) else {}
    kind, name, uri = ref.get("type"), ref.get("name"), ref.get("uri")
    if kind == "ref/prompt" and isinstance(name, str):
        return registry.prompts.get(name)
    if kind == "ref/resource" and isinstance(uri, str):
        return next((each for each in registry.templates.values() if each.uri == uri), None)
    return None


def _argument(params: Mapping[str, Any]) -> tuple[str, str, Mapping[str, str]]:
    argument, context = params.get("argument"), params.get("context")
    argument = argument if isinstance(argument, dict) else {}
    name, typed = argument.get("name"), argument.get("value")
    given = context.get("arguments", {}) if isinstance(context, dict) else {}
    if not isinstance(name, str) or not isinstance(typed, str) or not isinstance(given, dict):
        raise RpcError(INVALID_PARAMS, "completion/complete takes an argument's name and value")
    return name, typed, {key: value for key, value in given.items() if isinstance(value, str)}


def _values(
    marker: Completion, typed: str, given: Mapping[str, str], context: Context
) -> Sequence[str]:
    if not callable(marker.source):
        return [each for each in marker.source if each.lower().startswith(typed.lower())]
    hints = get_type_hints(marker.source)
    known = {name: context for name, hint in hints.items() if hint is Context}
    plain = [name for name in inspect.signature(marker.source).parameters if name not in known]
    values = dict(zip(plain, (typed, given), strict=False))
    return list(waited_for(marker.source(**values, **known)))
