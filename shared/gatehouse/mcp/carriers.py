"""What carries answers to clients, and what is told in place of one that cannot be carried.

Lambda makes a 5xx of a result that is too large, and DynamoDB takes no such item: whoever asked
would never learn what happened (docs/decisions/0022). What an offer made of values that JSON has
not is no answer at all: a mistake of the offer, told like any other.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from gatehouse.mcp.blocks import failure
from gatehouse.mcp.eras import Era
from gatehouse.mcp.incidents import incident_of
from gatehouse.mcp.jsonrpc import INTERNAL_ERROR, Call, RpcError, error, result
from gatehouse.mcp.registry.offers import Offer
from gatehouse.mcp.server import Reply, Server


class TooLarge(Exception):
    """An answer that cannot be carried; the message is for the log."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """A way to the client: `largest` bytes, as `size` counts those of a text in ASCII.

    `advice` is what can be done about an answer that is larger.
    """

    largest: int
    advice: str
    size: Callable[[str], int] = len

    def takes(self, text: str) -> bool:
        """Whether a text is not too large."""
        return self.size(text) <= self.largest

    @property
    def refusal(self) -> str:
        """What whoever asked is told, model or developer."""
        return f"The answer is larger than the {self.largest} bytes that it may take: {self.advice}"


def in_a_string(text: str) -> int:
    """How long a text is as a string in JSON; of what is escaped, JSON has nothing else."""
    return len(text) + text.count('"') + text.count("\\") + text.count("\n")


# Lambda takes 6,291,556 bytes, of which the status and headers want a few. The body is a string in
# its result
LAMBDA: Final = Carrier(6_280_000, "ask for less, or for a part of it", in_a_string)


# What `written` raises, whatever an offer put into its answer
UNWRITABLE: Final = (TypeError, ValueError, RecursionError)


def written(message: object) -> str:
    """A message in JSON: one line, in ASCII, without a space that it does not need.

    Raises one of `UNWRITABLE` for what JSON has no words for.
    """
    return json.dumps(message, separators=(",", ":"), allow_nan=False)


def carried(server: Server, era: Era, call: Call, reply: Reply, carrier: Carrier) -> Reply:
    """The reply to `call`, or one that `carrier` takes and that tells why it is not that.

    The log learns whose answer it was, as that can be mended by its developer alone.
    """
    try:
        text = written(reply.body)
    except UNWRITABLE as problem:
        told = incident_of(server, _offer_of(server, call, reply), problem)
        return _refused(server, era, call, reply, told)
    if carrier.takes(text):
        return reply
    offer = _offer_of(server, call, reply)
    whose = f"the {offer.word} {offer.name}" if offer else reply.method
    report_too_large(server, whose, text, carrier)
    return _refused(server, era, call, reply, carrier.refusal)


def _refused(server: Server, era: Era, call: Call, reply: Reply, told: str) -> Reply:
    if reply.method == "tools/call":
        members = era.result(failure(told), cached=False, server_info=server.info)
        return replace(reply, status=200, body=result(call.id, members))
    problem = RpcError(INTERNAL_ERROR, told)
    return replace(reply, status=era.status_of(problem.code), body=error(call.id, problem))


def _offer_of(server: Server, call: Call, reply: Reply) -> Offer | None:
    # loaded here: it loads every offer's kind, and a whole server has none
    from gatehouse.mcp.methods import offer_of

    return offer_of(reply.method, server, call)


def within(reply: Reply, carrier: Carrier) -> Reply:
    """The reply of a server of another make, or an error that tells why it is not that."""
    if reply.body is None or carrier.takes(written(reply.body)):
        return reply
    call_id = reply.body.get("id") if isinstance(reply.body, dict) else None
    problem = RpcError(INTERNAL_ERROR, carrier.refusal)
    return replace(reply, status=200, body=error(call_id, problem))


def report_too_large(server: Server, whose: str, text: str, carrier: Carrier) -> None:
    """Have the log tell whose answer was too large, and by how much; nothing that is in it."""
    size = f"{carrier.size(text)} bytes of the {carrier.largest} that it may take"
    server.report(f"the answer of {whose} is too large", TooLarge(size))
