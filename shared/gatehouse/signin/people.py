"""The built-in directory."""

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gatehouse.oauth.secret_values import new_identifier
from gatehouse.signin import passwords

if TYPE_CHECKING:
    from gatehouse.storage.contract.people import PeopleStore

_LONGEST_EMAIL = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets
_SHORTEST_PASSWORD = 8
_LONGEST_PASSWORD = 1024


class NotAPerson(ValueError):
    """What was given cannot be a person of the directory; the message says why."""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who can sign in. `email` is in its canonical form. Times are epoch seconds.

    `password_hash` is None for a person who signs in otherwise; whoever is disabled signs in
    nowhere. `passkeys` are the ids of theirs that count; with `password_needs_passkey` one of them
    is asked for after the password.
    """

    subject: str
    email: str
    password_hash: str | None = None
    created_at: int = 0
    disabled_at: int | None = None
    passkeys: tuple[str, ...] = ()
    password_needs_passkey: bool = False


def add_person(email: str, password: str, *, people: "PeopleStore", now: int) -> Person | None:
    """Add a person; None if the address is taken. Raises `NotAPerson`."""
    canonical = canonical_email(email)
    name, _, host = canonical.rpartition("@")
    if not name or not host or len(canonical) > _LONGEST_EMAIL or not canonical.isprintable():
        raise NotAPerson(f"{email!r} is not an email address")
    person = Person(new_identifier(), canonical, _checked_hash(password), created_at=now)
    return person if people.add(person) else None


def change_password(email: str, password: str, *, people: "PeopleStore") -> bool:
    """Give a person another password; False if there is no such person. Raises `NotAPerson`."""
    return people.change_password(canonical_email(email), _checked_hash(password))


def find_person(email: str, password: str, *, people: "PeopleStore") -> Person | None:
    """The person whose address and password these are.

    An unknown address takes as long as a wrong password, so that neither the answer nor its time
    tells which addresses exist.
    """
    if len(email) > _LONGEST_EMAIL or len(password) > _LONGEST_PASSWORD:
        return None
    person = people.find(canonical_email(email))
    stored = (person and person.password_hash) or passwords.NOBODYS_HASH
    is_theirs = passwords.verify_password(password, stored)
    return person if person and is_theirs and person.disabled_at is None else None


def canonical_email(email: str) -> str:
    """The form under which an address is stored: one for each way to type it."""
    return unicodedata.normalize("NFC", email.strip()).lower()


def _checked_hash(password: str) -> str:
    if not _SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        raise NotAPerson(f"a password has {_SHORTEST_PASSWORD} to {_LONGEST_PASSWORD} characters")
    return passwords.hash_password(password)
