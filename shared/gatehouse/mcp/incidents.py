"""A mistake in a function that is offered: the log learns it, the client a number."""

import secrets

from gatehouse.mcp.jsonrpc import INTERNAL_ERROR, RpcError
from gatehouse.mcp.registry.offers import Offer
from gatehouse.mcp.server import Server


def incident_of(server: Server, offer: Offer | None, error: BaseException) -> str:
    """Report what an offer's function raised, or made that is no answer.

    Returns the words that a client may read of it. Without an offer it is a list of all of a kind
    that failed.
    """
    incident, word = secrets.token_hex(4), offer.word if offer else "list"
    named = f"{word} {offer.name}" if offer else word
    server.report(f"the {named} failed, incident {incident}", error)
    return f"The {word} failed; its operator finds the cause as incident {incident}"


def internal_error(
    server: Server, offer: Offer, error: BaseException, data: object = None
) -> RpcError:
    """The same as an error, where no result could tell it."""
    return RpcError(INTERNAL_ERROR, incident_of(server, offer, error), data)
