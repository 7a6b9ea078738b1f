"""People are added with a password, or by a link that they choose one with."""

import argparse

from cli.arguments import open_stack
from cli.asking import read_password
from cli.exits import DONE, CommandError
from cli.printing import Facts, moment, print_facts
from cli.stack import Stack, now
from cli.users.listing import nobody, user_facts
from gatehouse.signin.invitations import LIFETIME, invitation_url, offer_reset
from gatehouse.signin.invitations import invite as new_invitation
from gatehouse.signin.people import NotAPerson, Person, add_person, canonical_email


class UserNotAdded(CommandError):
    """The person was not added; the message says why."""


def add(chosen: argparse.Namespace) -> int:
    """Add a person; the password never stands on the command line."""
    with open_stack(chosen) as stack:
        person = add_with_password(stack, chosen.email)
    print_facts(chosen, user_facts(person), f"{person.email} can sign in now.")
    return DONE


def invite(chosen: argparse.Namespace) -> int:
    """Print the link of a new invitation, which replaces whatever the address had."""
    with open_stack(chosen) as stack:
        link = add_by_link(stack, chosen.email)
    print_facts(chosen, link, *in_words(link))
    return DONE


def reset(chosen: argparse.Namespace) -> int:
    """Print a link by which a person sets another password."""
    with open_stack(chosen) as stack:
        at, people, invitations = now(), stack.people, stack.invitations
        code = offer_reset(chosen.email, people=people, invitations=invitations, now=at)
        if code is None:
            raise nobody(chosen.email)
        link = _link(stack, chosen.email, code, at)
    print_facts(chosen, link, *in_words(link))
    return DONE


def add_with_password(stack: Stack, email: str) -> Person:
    """Add a person with the password that is asked for. Raises `UserNotAdded`."""
    password = read_password()
    try:
        person = add_person(email, password, people=stack.people, now=now())
    except NotAPerson as error:
        raise UserNotAdded(str(error)) from None
    if person is None:
        raise UserNotAdded(f"{email} is in the directory already")
    return person


def add_by_link(stack: Stack, email: str) -> Facts:
    """Invite a person; the link as JSON tells of it. Raises `UserNotAdded`."""
    at = now()
    try:
        code = new_invitation(email, people=stack.people, invitations=stack.invitations, now=at)
    except NotAPerson as error:
        raise UserNotAdded(str(error)) from None
    if code is None:
        raise UserNotAdded(
            f"{email} is in the directory already; `users reset` gives them another password"
        )
    return _link(stack, email, code, at)


def in_words(link: Facts) -> tuple[str, ...]:
    """A link, and what to do with it. The link has a line of its own, to be copied."""
    return (
        link["url"],
        f"Send this link to {link['email']}: it works once, until {moment(link['expires_at'])}.",
        "It is not shown again; a new one replaces it.",
    )


def _link(stack: Stack, email: str, code: str, at: int) -> Facts:
    url = invitation_url(stack.issuer, code)
    return {"email": canonical_email(email), "url": url, "expires_at": at + LIFETIME}
