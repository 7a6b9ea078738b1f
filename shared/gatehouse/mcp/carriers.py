"""What carries answers to clients, and what is told in place of one that is too large for it.

Lambda makes a 5xx of a result that is too large, and DynamoDB takes no such item: whoever asked
would never learn what happened (docs/decisions/0022).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from gatehouse.mcp.blocks import text_block
from gatehouse.mcp.eras import Era
from gatehouse.mcp.jsonrpc import INTERNAL_ERROR, Call, RpcError, error, result
from gatehouse.mcp.outcomes import Complete
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


def written(message: object) -> str:
    """A message in JSON: one line, in ASCII, without a space that it does not need."""
    return json.dumps(message, separators=(",", ":"), allow_nan=False)


def carried(server: Server, era: Era, call: Call, reply: Reply, carrier: Carrier) -> Reply:
    """The reply to `call`, or one that `carrier` takes and that tells why it is not that.

    The log learns whose answer it was, as that can be mended by its developer alone.
    """
    text = written(reply.body)
    if carrier.takes(text):
        return reply
    report_too_large(server, _called(server, call, reply.method), text, carrier)
    if reply.method == "tools/call":
        told = era.result(too_large(carrier), cached=False, server_info=server.info)
        return replace(reply, status=200, body=result(call.id, told))
    problem = RpcError(INTERNAL_ERROR, carrier.refusal)
    return replace(reply, status=era.status_of(problem.code), body=error(call.id, problem))


def within(reply: Reply, carrier: Carrier) -> Reply:
    """The reply of a server of another make, or an error that tells why it is not that."""
    if reply.body is None or carrier.takes(written(reply.body)):
        return reply
    call_id = reply.body.get("id") if isinstance(reply.body, dict) else None
    problem = RpcError(INTERNAL_ERROR, carrier.refusal)
    return replace(reply, status=200, body=error(call_id, problem))


def too_large(carrier: Carrier) -> Complete:
    """The result of a tool whose own one is too large."""
    return Complete({"content": [text_block(carrier.refusal)], "isError": True})


def report_too_large(server: Server, whose: str, text: str, carrier: Carrier) -> None:
    """Have the log tell whose answer was too large, and by how much; nothing that is in it."""
    size = f"{carrier.size(text)} bytes of the {carrier.largest} that it may take"
    server.report(f"the answer of {whose} is too large", TooLarge(size))


def _called(server: Server, call: Call, method: str) -> str:
    # A name that a client sent is written only if it is one of ours
    name: Any = call.params.get("name")
    registry = server.registry
    offers = {"tools/call": registry.tools, "prompts/get": registry.prompts}.get(method, {})
    offer = offers.get(name) if isinstance(name, str) else None
    return f"the {offer.word} {offer.name}" if offer else method
