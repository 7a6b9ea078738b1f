"""One exchange between a page and an authenticator, and its challenge.

A challenge is made when a page is shown, which stores nothing: it is a nonce, the time at which
it expires, and a MAC of both under the browser's own cookie. So it is good in the browser that
it was made for, for the one purpose, and for a while; what makes it good once is storage, which is
asked when it is used.
"""

import hmac
import secrets
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from gatehouse.signin.csrf import csrf_token

Purpose = Literal["passkey registration", "passkey sign-in", "passkey after password"]

# A page may stand open for a while before its passkey is chosen.
CHALLENGE_LIFETIME: Final = 900
_NONCE_BYTES: Final = 16
_TIME_BYTES: Final = 8
_MAC_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Ceremony:
    """Where it happens, in which browser, what for, and when.

    `origin` is that of the pages, letter for letter; `cookie` is what only this browser has.
    """

    origin: str
    cookie: str
    purpose: Purpose
    now: int

    @property
    def rp_id(self) -> str:
        """The relying party: the host of the pages and no domain above it."""
        return urlsplit(self.origin).hostname or ""

    def new_challenge(self) -> bytes:
        """A challenge for this ceremony (WebAuthn section 13.4.3)."""
        expires_at = self.now + CHALLENGE_LIFETIME
        made = secrets.token_bytes(_NONCE_BYTES) + expires_at.to_bytes(_TIME_BYTES, "big")
        return made + self._mac(made)

    def is_own(self, challenge: bytes) -> bool:
        """Whether `new_challenge` made it for this browser and purpose, in constant time."""
        made, mac = challenge[:-_MAC_BYTES], challenge[-_MAC_BYTES:]
        return hmac.compare_digest(mac, self._mac(made))

    def has_expired(self, challenge: bytes) -> bool:
        """Whether a challenge of its own is too old."""
        return expiry(challenge) <= self.now

    def _mac(self, made: bytes) -> bytes:
        return bytes.fromhex(csrf_token(self.cookie, purpose=self.purpose, request=made.hex()))


def expiry(challenge: bytes) -> int:
    """When a challenge that we made expires, in epoch seconds."""
    return int.from_bytes(challenge[_NONCE_BYTES : _NONCE_BYTES + _TIME_BYTES], "big")
