"""What every list says of an offer, as far as the protocol version knows it."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from gatehouse.mcp.eras import Era
from gatehouse.mcp.outcomes import Complete
from gatehouse.mcp.registry.offers import Offer
from gatehouse.mcp.registry.pages import page_of
from gatehouse.mcp.turn import Turn

_Offer = TypeVar("_Offer", bound=Offer)


def listed(offer: Offer, era: Era, **members: object) -> dict[str, Any]:
    """The name, title, description and icons of an offer, and those of `members` that are there."""
    described: dict[str, Any] = {"name": offer.name, "description": offer.description}
    # BaseMetadata has a title since 2025-06-18
    if offer.title and era.has_structured_content:
        described["title"] = offer.title
    if offer.icons and era.has_icons:
        described["icons"] = [icon.written() for icon in offer.icons]
    return described | {name: value for name, value in members.items() if value is not None}


def list_page(
    turn: Turn,
    kind: str,
    offers: Mapping[str, _Offer],
    describe: Callable[[_Offer, Era], dict[str, Any]],
) -> Complete:
    """One page of `offers`, each as `describe` tells of it, under the name of their kind.

    Raises `RpcError` for a cursor that was not given out.
    """
    chosen, following = page_of(offers, turn.call.params.get("cursor"), turn.server.page_size)
    return Complete({kind: [describe(offer, turn.era) for offer in chosen], **following})
