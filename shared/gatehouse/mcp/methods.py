"""Every method there is: who answers it, in which eras, and what is known of it beforehand."""

from collections.abc import Callable
from typing import Final, NamedTuple

from gatehouse.mcp import calling, lifecycle
from gatehouse.mcp.eras import ERAS, STANDING_ALONE, WITH_HANDSHAKE, Era
from gatehouse.mcp.jsonrpc import Call
from gatehouse.mcp.outcomes import Outcome
from gatehouse.mcp.server import Server
from gatehouse.mcp.turn import Turn


def _none(server: Server, call: Call) -> tuple[str, ...]:
    return ()


class Method(NamedTuple):
    """One method.

    named_by: the parameter that the header `Mcp-Name` repeats
    cached: whether a client may keep the result for a while
    asks: whether the client may be asked something before it gets the result
    scopes_of: what a call of it needs beyond what lets anybody in
    """

    name: str
    eras: tuple[Era, ...]
    respond: Callable[[Turn], Outcome]
    named_by: str = ""
    cached: bool = False
    asks: bool = False
    scopes_of: Callable[[Server, Call], tuple[str, ...]] = _none


_ALL: Final = (
    Method("initialize", WITH_HANDSHAKE, lifecycle.initialize),
    Method("ping", WITH_HANDSHAKE, lifecycle.ping),
    Method("server/discover", STANDING_ALONE, lifecycle.discover, cached=True),
    Method("tools/list", ERAS, calling.list_tools, cached=True),
    Method(
        "tools/call",
        ERAS,
        calling.call_tool,
        named_by="name",
        asks=True,
        scopes_of=calling.scopes_of_call,
    ),
)
_BY_NAME: Final = {method.name: method for method in _ALL}


def find_method(name: str, era: Era) -> Method | None:
    """The method of this name, if the era has it."""
    method = _BY_NAME.get(name)
    return method if method is not None and era in method.eras else None
