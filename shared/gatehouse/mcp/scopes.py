"""Scopes that a call needs. How a caller comes by them is not known here."""

from collections.abc import Iterable

from gatehouse.mcp.caller import Caller
from gatehouse.mcp.eras import Era
from gatehouse.mcp.jsonrpc import Call
from gatehouse.mcp.methods import find_method
from gatehouse.mcp.server import Server


class ScopesMissing(Exception):
    """The calls need more scopes than the caller has. None of them has run.

    `needed` are all that they need together, those among them that the caller has included.
    """

    def __init__(self, needed: tuple[str, ...]) -> None:
        super().__init__(f"the calls need the scopes {', '.join(needed)}")
        self.needed = needed


def require_scopes(server: Server, calls: Iterable[Call], caller: Caller, era: Era) -> None:
    """Raise `ScopesMissing` unless the caller may make every one of `calls`."""
    needed = {scope: None for call in calls for scope in _scopes(server, call, era)}
    if not server.reach(caller.scopes) >= needed.keys():
        raise ScopesMissing(tuple(needed))


def _scopes(server: Server, call: Call, era: Era) -> tuple[str, ...]:
    method = find_method(call.method, era, server.registry)
    # a notification runs nothing
    offer = method.offer_of(server, call) if method and not call.is_notification else None
    return offer.scopes if offer else ()
