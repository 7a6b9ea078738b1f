"""Scopes that tools are declared with. How a caller comes by them is not known here."""

from collections.abc import Iterable

from gatehouse.mcp.caller import Caller
from gatehouse.mcp.jsonrpc import Call
from gatehouse.mcp.server import Server


class ScopesMissing(Exception):
    """The calls need more scopes than the caller has. None of them has run.

    `needed` are all that they need together, those among them that the caller has included.
    """

    def __init__(self, needed: tuple[str, ...]) -> None:
        super().__init__(f"the calls need the scopes {', '.join(needed)}")
        self.needed = needed


def require_scopes(server: Server, calls: Iterable[Call], caller: Caller) -> None:
    """Raise `ScopesMissing` unless the caller may make every one of `calls`."""
    needed = {scope: None for call in calls for scope in _scopes(server, call)}
    if not server.reach(caller.scopes) >= needed.keys():
        raise ScopesMissing(tuple(needed))


def _scopes(server: Server, call: Call) -> tuple[str, ...]:
    # a notification runs nothing
    if call.method != "tools/call" or call.is_notification:
        return ()
    name = call.params.get("name")
    tool = server.tools.get(name) if isinstance(name, str) else None
    return tool.scopes if tool else ()
