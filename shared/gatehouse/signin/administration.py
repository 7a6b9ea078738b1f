"""What an operator does to people, beyond adding them. Each takes an address as it was typed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gatehouse.signin.people import Person, canonical_email

if TYPE_CHECKING:
    from gatehouse.storage.contract.people import PeopleStore


def list_people(*, people: "PeopleStore") -> Iterator[Person]:
    """Everybody in the directory, in no order. Reads the whole table."""
    return people.all()


def disable_person(email: str, *, people: "PeopleStore", now: int) -> Person | None:
    """Let a person sign in nowhere until further notice, and sign them out everywhere.

    None if there is no such person. What they allowed clients lives on until its grants are ended.
    """
    return people.disable(canonical_email(email), now)


def enable_person(email: str, *, people: "PeopleStore") -> Person | None:
    """Let a person sign in again, which every browser has to; None if there is no such person."""
    return people.enable(canonical_email(email))


def remove_person(email: str, *, people: "PeopleStore", now: int) -> Person | None:
    """Remove a person with all that the UsersTable has of theirs; None if there is no such person.

    The person goes last, so that it can be tried again after a failure: until then they are
    disabled. What they allowed clients is in another table, and lives on until the caller ends it.
    """
    person = people.find(canonical_email(email))
    if person is None:
        return None
    people.disable(person.email, now)
    people.remove(person)
    return person
