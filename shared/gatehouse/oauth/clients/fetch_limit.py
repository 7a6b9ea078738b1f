"""How often we ask a host for what strangers say is there, all processes together.

A window that is used up ends within seconds: whoever makes up documents at some host has those try
again who come to it for the first time, and has to go on at that pace to do so. What was good once
is not counted with them.
"""

from typing import TYPE_CHECKING, Final

from gatehouse.documents import DocumentUnavailable

if TYPE_CHECKING:
    from gatehouse.storage.contract.clients import FetchCountStore

MOST_FETCHES: Final = 10
WINDOW: Final = 5


class FetchLimit:
    """At most `MOST_FETCHES` in each `WINDOW` of seconds, for each name that is counted."""

    def __init__(self, counts: "FetchCountStore") -> None:
        self._counts = counts

    def require_room(self, counted: str, *, now: int) -> None:
        """Count a fetch under that name. Raises `DocumentUnavailable`."""
        if not self._counts.admit_fetch(counted, now=now, limit=MOST_FETCHES, seconds=WINDOW):
            raise DocumentUnavailable("that host was asked often enough just now")
