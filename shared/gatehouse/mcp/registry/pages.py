"""Lists in pages. A cursor names what came last, so any process can go on from it."""

import base64
from collections.abc import Mapping
from typing import TypeVar

from gatehouse.mcp.jsonrpc import INVALID_PARAMS, RpcError

_Offer = TypeVar("_Offer")


def page_of(
    offers: Mapping[str, _Offer], cursor: object, size: int
) -> tuple[list[_Offer], dict[str, str]]:
    """One page after the cursor, and what its result says of the next one.

    `offers` are in the order of their names. Raises `RpcError` for a cursor that was not given out.
    """
    names = list(offers)
    start = 0 if cursor is None else names.index(_read(cursor, offers)) + 1
    chosen = names[start : start + size]
    more = start + size < len(names)
    return [offers[name] for name in chosen], {"nextCursor": _cursor(chosen[-1])} if more else {}


def _cursor(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode()


def _read(cursor: object, offers: Mapping[str, _Offer]) -> str:
    # found by what would have been given out: a decoder would take other texts for the same
    name = next((name for name in offers if _cursor(name) == cursor), None)
    if name is None:
        # 2025-03-26 and later, Pagination, "Error Handling"
        raise RpcError(INVALID_PARAMS, "Invalid cursor")
    return name
