"""Browsers that signed in to an account before, which nobody else's failures slow down.

OWASP calls the cookie a device cookie. It proves nothing but that, and outlives the session.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gatehouse.oauth.secret_values import digest, is_identifier, new_secret
from gatehouse.signin.people import Person

if TYPE_CHECKING:
    from gatehouse.storage.contract.attempts import AttemptStore

REMEMBERED: Final = 365 * 86400


@dataclass(frozen=True, slots=True)
class Device:
    """A browser that signed in to an account, kept under a hash of its cookie and the address.

    `expires_at` is in epoch seconds.
    """

    device_hash: str
    subject: str
    expires_at: int


def remember_device(
    person: Person, cookie: str | None, *, attempts: "AttemptStore", now: int
) -> str:
    """Know a browser, which has just signed in, from now on; the cookie by which it is known.

    One that it has stays: it may have signed in to other accounts.
    """
    kept = cookie if cookie and is_identifier(cookie) else new_secret()
    device = Device(hash_device(person.email, kept), person.subject, now + REMEMBERED)
    attempts.remember(device)
    return kept


def hash_device(email: str, cookie: str) -> str:
    """Under what a browser is kept for an address."""
    return digest(f"{digest(email)}\n{cookie}")
