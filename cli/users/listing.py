"""Who is in the directory, in a table or as JSON."""

import argparse
from operator import itemgetter
from typing import Any

from cli.arguments import open_stack
from cli.exits import DONE, NotFound
from cli.printing import Column, day, print_list
from cli.progress import counted
from cli.stack import Stack
from gatehouse.signin.administration import list_people
from gatehouse.signin.people import Person, canonical_email

_COLUMNS = (
    Column("PERSON", itemgetter("email")),
    Column("SINCE", lambda user: day(user["created_at"]), 10),
    Column("STATE", lambda user: "disabled" if user["disabled_at"] else "active", 8),
    Column("PASSWORD", lambda user: "yes" if user["has_password"] else "no"),
)


def list_users(chosen: argparse.Namespace) -> int:
    """Everybody, by their address."""
    with open_stack(chosen) as stack:
        found = map(user_facts, counted(list_people(people=stack.people), "people"))
        people = sorted(found, key=itemgetter("email"))
    print_list(chosen, _COLUMNS, people, nothing="Nobody is in the directory yet.")
    return DONE


def user_facts(person: Person) -> dict[str, Any]:
    """A person as JSON tells of them."""
    return {
        "email": person.email,
        "subject": person.subject,
        "created_at": person.created_at or None,
        "disabled_at": person.disabled_at,
        "has_password": person.password_hash is not None,
    }


def named_person(stack: Stack, email: str) -> Person:
    """The person with that address. Raises `NotFound`."""
    person = stack.people.find(canonical_email(email))
    if person is None:
        raise nobody(email)
    return person


def nobody(email: str) -> NotFound:
    """The error for an address that nobody has."""
    return NotFound(f"nobody in the directory has the address {email}")
