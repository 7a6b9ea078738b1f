"""What storage promises of keys."""

from collections.abc import Sequence
from typing import Protocol

from gatehouse.keys.request_state_key import RequestStateKey
from gatehouse.keys.sealed_keys import SealedKey


class KeyStore(Protocol):
    """Signing keys, their private halves sealed."""

    def add(self, key: SealedKey) -> None:
        """Keep a key, or replace the one of the same id."""

    def all(self) -> Sequence[SealedKey]:
        """Every key, the oldest first."""

    def begin(self, kid: str, now: int) -> bool:
        """Have a key that would sign later sign from `now` on; whether this call did it.

        A key that is gone stays gone.
        """

    def remove(self, key: SealedKey) -> bool:
        """Forget a key unless it signs from another time by now; whether this call did it."""


class RequestStateKeyStore(Protocol):
    """The keys that seal `requestState`, themselves sealed, of the last two periods."""

    def add(self, key: RequestStateKey) -> bool:
        """Keep a period's key in the place of the one before the last; whether this call did it.

        Not if there is one of this period, or of a later one in its place.
        """

    def all(self) -> Sequence[RequestStateKey]:
        """The keys that are kept."""

    def remove(self, key: RequestStateKey) -> None:
        """Forget a key, and every state that it sealed with it."""
