"""`gatehouse grants`: what people allowed clients."""

import argparse
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from cli.arguments import add_subject, add_verb, open_stack
from cli.asking import confirm
from cli.exits import DONE, Misused, NotFound
from cli.printing import Column, day, print_facts, print_list
from cli.progress import counted
from cli.stack import Stack, now
from cli.users.listing import named_person
from cli.words import count
from gatehouse.oauth.grants import Grant
from gatehouse.oauth.open_grants import open_grants

if TYPE_CHECKING:
    from cli.arguments import Subparsers

_COLUMNS = (
    Column("GRANT", itemgetter("grant_id"), 22),
    Column("PERSON", lambda grant: grant["email"] or grant["subject"]),
    Column("CLIENT", lambda grant: grant["client_name"] or grant["client_id"]),
    Column("SINCE", lambda grant: day(grant["created_at"]), 10),
    Column("LAST USE", lambda grant: day(grant["last_used_at"]), 10),
)


def declare(subjects: "Subparsers") -> None:
    """Add the subject and its verbs."""
    verbs = add_subject(subjects, "grants", says="what people allowed clients")
    listed = add_verb(verbs, "list", _list, says="the grants that hold")
    revoke = add_verb(
        verbs, "revoke", _revoke, says="end one grant, or all of a person or client", asks=True
    )
    revoke.add_argument("grant_id", nargs="?", help="the one grant to end")
    for verb in (listed, revoke):
        verb.add_argument("--user", metavar="EMAIL", help="only what this person allowed")
        verb.add_argument("--client", metavar="ID", help="only what this client was allowed")


def _list(chosen: argparse.Namespace) -> int:
    """The grants that hold or whose code may still be redeemed, the one used last first."""
    with open_stack(chosen) as stack:
        found = open_grants(
            stack.grants, now=now(), subject=_subject(stack, chosen), client_id=chosen.client
        )
        name = cache(lambda client_id: _name(stack, client_id))
        grants = [_facts(grant, name(grant.client_id)) for grant in counted(found, "grants")]
    grants.sort(key=itemgetter("grant_id"))
    grants.sort(key=itemgetter("last_used_at"), reverse=True)
    print_list(chosen, _COLUMNS, grants, nothing="There is no grant.")
    return DONE


def _revoke(chosen: argparse.Namespace) -> int:
    whose = chosen.user or chosen.client
    if bool(chosen.grant_id) == bool(whose):
        raise Misused("name one grant, or a person by --user, or a client by --client")
    with open_stack(chosen) as stack:
        ended = _revoke_one(stack, chosen) if chosen.grant_id else _revoke_all(stack, chosen)
    print_facts(chosen, {"ended_grants": ended}, f"{count(ended, 'grant')} ended.")
    return DONE


def _revoke_one(stack: Stack, chosen: argparse.Namespace) -> int:
    grant = stack.grants.get(chosen.grant_id)
    if grant is None or not grant.is_open(now()):
        raise NotFound(f"there is no grant {chosen.grant_id} that holds")
    confirm(chosen, f"This ends what {grant.email or grant.subject} allowed {grant.client_id}.")
    return int(stack.ending.end_grant(grant.grant_id))


def _revoke_all(stack: Stack, chosen: argparse.Namespace) -> int:
    subject = _subject(stack, chosen)
    person = chosen.user or "anybody"
    confirm(chosen, f"This ends all that {person} allowed {chosen.client or 'any client'}.")
    if subject is None:
        return stack.ending.end_all_of_client(chosen.client)
    if chosen.client is None:
        return stack.ending.end_all_of_person(subject)
    return stack.ending.end_connection(subject, chosen.client)


def _subject(stack: Stack, chosen: argparse.Namespace) -> str | None:
    return named_person(stack, chosen.user).subject if chosen.user else None


def _name(stack: Stack, client_id: str) -> str | None:
    client = stack.client_administration.find(client_id)
    return client.name if client else None


def _facts(grant: Grant, client_name: str | None) -> dict[str, Any]:
    return {
        "grant_id": grant.grant_id,
        "email": grant.email,
        "subject": grant.subject,
        "client_id": grant.client_id,
        "client_name": client_name,
        "scopes": list(grant.scopes),
        "resources": list(grant.resources),
        "is_live": grant.is_live(now()),
        "created_at": grant.created_at,
        "last_used_at": grant.last_used_at,
        "expires_at": grant.expires_at,
    }
