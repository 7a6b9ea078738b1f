"""One request as it is answered."""

from typing import NamedTuple

from gatehouse.mcp.context import Context
from gatehouse.mcp.eras import Era
from gatehouse.mcp.jsonrpc import Call
from gatehouse.mcp.server import Server


class Turn(NamedTuple):
    """What a method answers: the request, at which server, for whom, in which era's words."""

    server: Server
    call: Call
    context: Context
    era: Era
