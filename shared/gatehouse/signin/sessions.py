"""Browser sessions: a person stays signed in between two authorization requests."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from gatehouse.oauth.secret_values import digest, new_secret
from gatehouse.signin.people import Person

if TYPE_CHECKING:
    from gatehouse.storage.contract.people import PeopleStore


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """A signed-in browser, kept under the SHA-256 of its cookie. Times are epoch seconds.

    `network` and `browser` say roughly where it is ("203.0.113.0/24", "Firefox on Windows").
    `provider` is whom the person came from, None for the directory itself.
    """

    session_hash: str
    subject: str
    email: str
    created_at: int
    expires_at: int
    generation: int = 0
    network: str = ""
    browser: str = ""
    provider: str | None = None

    @property
    def session_id(self) -> str:
        """What names it to its person: nobody can tell the cookie from it, nor sign in with it."""
        return digest(self.session_hash)[:32]


class SignedIn(NamedTuple):
    """A live session, and its person as they are now."""

    session: BrowserSession
    person: Person


def start_session(
    person: Person,
    *,
    people: "PeopleStore",
    now: int,
    lifetime: int,
    network: str = "",
    browser: str = "",
    provider: str | None = None,
) -> tuple[str, BrowserSession]:
    """Start a session of `lifetime` seconds; the cookie value that stands for it, and itself."""
    cookie = new_secret()
    session = BrowserSession(
        digest(cookie),
        person.subject,
        person.email,
        created_at=now,
        expires_at=now + lifetime,
        generation=person.generation,
        network=network,
        browser=browser,
        provider=provider,
    )
    people.add_session(session)
    return cookie, session


def carry_on(
    session: BrowserSession, person: Person, *, people: "PeopleStore"
) -> tuple[str, BrowserSession]:
    """Another cookie for a session, in the generation of its person as they are now; both.

    When it began and when it ends stay as they are: nobody has signed in.
    """
    cookie = new_secret()
    carried = replace(session, session_hash=digest(cookie), generation=person.generation)
    people.add_session(carried)
    return cookie, carried


def find_session(cookie: str | None, *, people: "PeopleStore", now: int) -> BrowserSession | None:
    """The live session of a browser; None if it has to sign in.

    A session ends with its person, who was removed or disabled, and when they have all browsers
    signed out.
    """
    found = find_signed_in(cookie, people=people, now=now)
    return found.session if found else None


def find_signed_in(cookie: str | None, *, people: "PeopleStore", now: int) -> SignedIn | None:
    """The same with its person, as they are now."""
    session = people.session(digest(cookie)) if cookie else None
    if session is None or session.expires_at <= now:
        return None
    person = people.find(session.email)
    return SignedIn(session, person) if person and _is_of(session, person) else None


def live_sessions(
    session: BrowserSession, *, people: "PeopleStore", now: int
) -> Sequence[BrowserSession]:
    """Every live session of the person whose live session this is, the newest first.

    One that began within the last second may be missing.
    """
    found = (
        each
        for each in people.sessions_of(session.subject)
        if each.generation == session.generation and now < each.expires_at
    )
    # read by an index, which may not know yet the one that is known to be there
    others = [each for each in found if each.session_hash != session.session_hash]
    return sorted((session, *others), key=lambda each: each.created_at, reverse=True)


def end_session_of(
    session: BrowserSession, session_id: str, *, people: "PeopleStore", now: int
) -> bool:
    """End one session of a person; False if they have none of that id, whoever else may."""
    for each in live_sessions(session, people=people, now=now):
        if each.session_id == session_id:
            people.end_session(each.session_hash)
            return True
    return False


def end_other_sessions(session: BrowserSession, *, people: "PeopleStore") -> SignedIn | None:
    """End every session of a person but this one, those unknown to the index among them.

    Returns both as they are afterwards; None if it, or the person, is gone.
    """
    person = people.end_sessions(session.email, session.subject)
    if person is None:
        return None
    # not written anew: a session that another tab ended meanwhile stays ended
    if not people.keep_session(session.session_hash, generation=person.generation):
        return None
    return SignedIn(replace(session, generation=person.generation), person)


def _is_of(session: BrowserSession, person: Person) -> bool:
    return (
        person.subject == session.subject
        and person.generation == session.generation
        and person.disabled_at is None
    )
