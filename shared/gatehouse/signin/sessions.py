"""Browser sessions: a person stays signed in between two authorization requests."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gatehouse.oauth.secret_values import digest, new_secret
from gatehouse.signin.people import Person

if TYPE_CHECKING:
    from gatehouse.storage.contract.people import PeopleStore


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """A signed-in browser, kept under the SHA-256 of its cookie. Times are epoch seconds.

    `provider` is whom the person came from, None for the directory itself.
    """

    session_hash: str
    subject: str
    email: str
    created_at: int
    expires_at: int
    provider: str | None = None


def start_session(
    person: Person,
    *,
    people: "PeopleStore",
    now: int,
    lifetime: int,
    provider: str | None = None,
) -> str:
    """Start a session of `lifetime` seconds; the cookie value that stands for it."""
    cookie = new_secret()
    people.add_session(
        BrowserSession(digest(cookie), person.subject, person.email, now, now + lifetime, provider)
    )
    return cookie


def find_session(cookie: str | None, *, people: "PeopleStore", now: int) -> BrowserSession | None:
    """The live session of a browser; None if it has to sign in.

    A session ends with its person: who was removed or disabled is signed in nowhere.
    """
    found = find_signed_in(cookie, people=people, now=now)
    return found[0] if found else None


def find_signed_in(
    cookie: str | None, *, people: "PeopleStore", now: int
) -> tuple[BrowserSession, Person] | None:
    """The same with its person, as they are now."""
    session = people.session(digest(cookie)) if cookie else None
    if session is None or session.expires_at <= now:
        return None
    person = people.find(session.email)
    if person is None or person.subject != session.subject or person.disabled_at is not None:
        return None
    return session, person
