"""Whether lists can say what an author wrote of an offer."""

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gatehouse.mcp.registry.offers import Offer


def require_listable(offer: "Offer") -> None:
    """Raise `TypeError` for what no JSON can say: every list that has the offer would fail."""
    for name, tell in offer.told.items():
        try:
            json.dumps(tell(), allow_nan=False)
        except (AttributeError, TypeError, ValueError, RecursionError) as error:
            raise TypeError(
                f"the {offer.word} {offer.name} has {name} that JSON cannot say: {error}"
            ) from None
