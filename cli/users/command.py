"""The arguments of `gatehouse users`."""

from typing import TYPE_CHECKING

from cli.arguments import add_subject, add_verb
from cli.users import adding, ending, listing

if TYPE_CHECKING:
    from cli.arguments import Subparsers


def declare(subjects: "Subparsers") -> None:
    """Add the subject and its verbs."""
    verbs = add_subject(subjects, "users", says="the people who can sign in")
    add = add_verb(
        verbs, "add", adding.add, says="add a person; the password is asked for, or read from stdin"
    )
    invite = add_verb(
        verbs, "invite", adding.invite, says="print a link by which somebody chooses a password"
    )
    reset = add_verb(
        verbs, "reset", adding.reset, says="print a link by which a person chooses another password"
    )
    add_verb(verbs, "list", listing.list_users, says="everybody in the directory")
    disable = add_verb(
        verbs,
        "disable",
        ending.disable,
        says="sign a person out everywhere, end what they allowed, and let them in no more",
        asks=True,
    )
    enable = add_verb(verbs, "enable", ending.enable, says="let a person in again")
    remove = add_verb(
        verbs, "remove", ending.remove, says="remove a person and all that is theirs", asks=True
    )
    forget_passkeys = add_verb(
        verbs,
        "forget-passkeys",
        ending.forget_passkeys,
        says="ask a person who has lost their passkeys for none any more",
        asks=True,
    )
    for verb in (add, invite, reset, disable, enable, remove, forget_passkeys):
        verb.add_argument("email", help="their email address")
