"""A challenge counts once."""

from typing import TYPE_CHECKING

from gatehouse.oauth.secret_values import digest
from gatehouse.signin.passkeys.ceremony import Ceremony, expiry
from gatehouse.signin.passkeys.passkey import PasskeyRefused

if TYPE_CHECKING:
    from gatehouse.storage.contract.grants import ReplayStore


def use_up(challenge: bytes, ceremony: Ceremony, *, replays: "ReplayStore") -> None:
    """Use a challenge of this ceremony, for good. Raises `PasskeyRefused` the second time."""
    use_id = digest(f"passkey challenge {challenge.hex()}")
    if not replays.first_time(use_id, now=ceremony.now, expires_at=expiry(challenge)):
        raise PasskeyRefused("the challenge was used before")
