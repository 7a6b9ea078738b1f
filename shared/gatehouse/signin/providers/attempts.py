"""A browser on its way to an identity provider and back.

What the provider gets is derived: `state` from nothing, as it names the attempt; the nonce and the
code verifier from `state` and the browser's cookie. So the browser holds one half and the URL that
comes back the other, and nothing that is stored or logged anywhere is enough for a sign-in.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from gatehouse import base64url
from gatehouse.oauth.secret_values import digest, matches

LIFETIME: Final = 600  # seconds in which a person signs in at the provider


@dataclass(frozen=True, slots=True)
class ProviderAttempt:
    """Kept under the SHA-256 of its `state`. Times are epoch seconds.

    `return_to` is where the sign-in leads to, a path of ours with its query. `asks_again` is
    whether the person has to prove who they are, although the provider may know. `client_id` is
    whom they want to connect, for the log alone: empty where that is nobody.
    """

    state_hash: str
    provider: str
    return_to: str
    browser_hash: str
    asks_again: bool
    created_at: int
    expires_at: int
    client_id: str = ""

    def is_from(self, browser: str | None) -> bool:
        """Whether it was made in the browser with that cookie, in constant time."""
        return matches(browser or "", self.browser_hash)


@dataclass(frozen=True, slots=True)
class Secrets:
    """What one attempt shows the provider, and proves by it when it comes back."""

    state: str
    browser: str

    @property
    def state_hash(self) -> str:
        """What the attempt is kept under."""
        return digest(self.state)

    @property
    def nonce(self) -> str:
        """OpenID Connect Core section 15.5.2: bound to the browser."""
        return self._derived("nonce")

    @property
    def code_verifier(self) -> str:
        """RFC 7636 section 4.1: 43 unreserved characters."""
        return self._derived("code_verifier")

    @property
    def code_challenge(self) -> str:
        """RFC 7636 section 4.2, by S256."""
        return base64url.encode(hashlib.sha256(self.code_verifier.encode()).digest())

    def _derived(self, label: str) -> str:
        message = f"{label}\n{self.state}".encode()
        return base64url.encode(hmac.digest(self.browser.encode(), message, "sha256"))


def new_attempt(
    secrets: Secrets,
    *,
    provider: str,
    return_to: str,
    asks_again: bool,
    now: int,
    client_id: str = "",
) -> ProviderAttempt:
    """The attempt that is named by a new `state`."""
    return ProviderAttempt(
        state_hash=secrets.state_hash,
        provider=provider,
        return_to=return_to,
        browser_hash=digest(secrets.browser),
        asks_again=asks_again,
        created_at=now,
        expires_at=now + LIFETIME,
        client_id=client_id,
    )
