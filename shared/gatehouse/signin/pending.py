"""Between password and passkey: a browser that has given the first and owes the second.

What stands for it is no session and opens nothing but the form for the passkey.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gatehouse.oauth.secret_values import digest, new_secret
from gatehouse.signin.people import Person

if TYPE_CHECKING:
    from gatehouse.storage.contract.passkeys import PendingSignInStore

PENDING_LIFETIME: Final = 300


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """Who is half signed in, kept under the SHA-256 of a cookie. Times are epoch seconds.

    It counts in the generation of the person that it began in, as a session does: the password
    that was given is theirs for no longer.
    """

    pending_hash: str
    subject: str
    email: str
    created_at: int
    expires_at: int
    generation: int = 0

    def is_of(self, person: Person | None) -> bool:
        """Whether that person may still finish it."""
        return (
            person is not None
            and person.subject == self.subject
            and person.generation == self.generation
            and person.disabled_at is None
        )


def start_pending(person: Person, *, pending: "PendingSignInStore", now: int) -> str:
    """Note that a person has given their password; the cookie value that stands for it."""
    cookie = new_secret()
    pending.add(
        PendingSignIn(
            digest(cookie),
            person.subject,
            person.email,
            created_at=now,
            expires_at=now + PENDING_LIFETIME,
            generation=person.generation,
        )
    )
    return cookie


def find_pending(
    cookie: str | None, *, pending: "PendingSignInStore", now: int
) -> PendingSignIn | None:
    """Who is half signed in in the browser with that cookie, if it was not too long ago."""
    found = pending.get(digest(cookie)) if cookie else None
    return found if found and found.expires_at > now else None


def finish_pending(found: PendingSignIn, *, pending: "PendingSignInStore") -> bool:
    """Use it up; False if somebody has."""
    return pending.finish(found.pending_hash)
