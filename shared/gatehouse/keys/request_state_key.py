"""The key of `requestState` as it is stored."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestStateKey:
    """A symmetric key, sealed by KMS. `period` is the one in whose time it was made."""

    period: int
    sealed_key: bytes
    created_at: int
