"""One difference between our answers and the SDK's."""

from collections.abc import Callable
from typing import NamedTuple

from tests.functions.sdk.answers import Outcome
from tests.functions.sdk.requests import LEGACY, Sent

# JSON-RPC's codes, and two of MCP's.
PARSE, INVALID, PARAMS = -32700, -32600, -32602
MISMATCH, UNSUPPORTED = -32020, -32022


class Difference(NamedTuple):
    """`is_it` is told the request, our outcome and theirs."""

    clause: str
    example: Sent
    is_it: Callable[[Sent, Outcome, Outcome], bool]


def is_legacy(sent: Sent) -> bool:
    """Whether the SDK takes the era of the handshake, which it tells by the header alone."""
    return sent.version in (None, "2024-11-05", *LEGACY)


def is_modern_for_us_alone(sent: Sent) -> bool:
    """Whether the header says otherwise than the body, which counts with us."""
    return is_legacy(sent) and sent.has_modern_meta
