"""The built-in directory."""

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gatehouse.oauth.secret_values import new_identifier
from gatehouse.signin import passwords
from gatehouse.signin.password_rule import LONGEST, UnfitPassword, require_fit

if TYPE_CHECKING:
    from gatehouse.storage.contract.people import PeopleStore

LONGEST_EMAIL: Final = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets


class NotAPerson(ValueError):
    """What was given cannot be a person of the directory; the message says why."""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who can sign in. `email` is in its canonical form. Times are epoch seconds.

    `password_hash` is None for a person who signs in otherwise; whoever is disabled signs in
    nowhere. `generation` goes up whenever all browsers are signed out: a session counts in the
    generation that it began in. `passkeys` are the ids of theirs that count; with
    `password_needs_passkey` one of them is asked for after the password.
    """

    subject: str
    email: str
    password_hash: str | None = None
    created_at: int = 0
    disabled_at: int | None = None
    generation: int = 0
    passkeys: tuple[str, ...] = ()
    password_needs_passkey: bool = False

    @property
    def owes_passkey(self) -> bool:
        """Whether a right password is half a sign-in."""
        return self.password_needs_passkey and bool(self.passkeys)


def add_person(email: str, password: str, *, people: "PeopleStore", now: int) -> Person | None:
    """Add a person; None if the address is taken. Raises `NotAPerson`."""
    canonical = require_email(email)
    person = Person(new_identifier(), canonical, _checked_hash(password, canonical), created_at=now)
    return person if people.add(person) else None


def change_password(email: str, password: str, *, people: "PeopleStore") -> bool:
    """Give a person another password; False if there is no such person. Raises `NotAPerson`.

    Every browser of theirs is signed out.
    """
    canonical = canonical_email(email)
    return people.change_password(canonical, _checked_hash(password, canonical)) is not None


def find_person(email: str, password: str, *, people: "PeopleStore") -> Person | None:
    """The person whose address and password these are, whoever asks and however often."""
    if not is_possible(email, password):
        return None
    person = people.find(canonical_email(email))
    return person if is_theirs(password, person) else None


def is_possible(email: str, password: str) -> bool:
    """Whether anybody can have that address and that password, and so it is worth a look."""
    if len(email) > LONGEST_EMAIL or len(password) > LONGEST:
        return False
    # which may be three times as long, and as a key longer than one may be
    return len(canonical_email(email)) <= LONGEST_EMAIL


def is_theirs(password: str, person: Person | None) -> bool:
    """Whether `person` may sign in with `password`.

    An unknown address takes as long as a wrong password, so that neither the answer nor its time
    tells which addresses exist.
    """
    stored = (person and person.password_hash) or passwords.NOBODYS_HASH
    matches = passwords.verify_password(password, stored)
    return matches and person is not None and person.disabled_at is None


def require_email(email: str) -> str:
    """An address in its canonical form. Raises `NotAPerson` for what is none."""
    canonical = canonical_email(email)
    name, _, host = canonical.rpartition("@")
    if not name or not host or len(canonical) > LONGEST_EMAIL or not canonical.isprintable():
        raise NotAPerson(f"{email!r} is not an email address")
    return canonical


def canonical_email(email: str) -> str:
    """The form under which an address is stored: one for each way to type it."""
    lower = unicodedata.normalize("NFC", email.strip()).lower()
    # anew, as a letter may turn into several of which the last has its place elsewhere
    return unicodedata.normalize("NFC", lower)


def _checked_hash(password: str, email: str) -> str:
    try:
        require_fit(password, email)
    except UnfitPassword as error:
        raise NotAPerson(str(error)) from None
    return passwords.hash_password(password)
