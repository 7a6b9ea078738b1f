"""The arguments of `gatehouse clients`."""

from pathlib import Path
from typing import TYPE_CHECKING

from cli.arguments import add_subject, add_verb
from cli.clients import adding, listing, revoking
from gatehouse.oauth.capabilities import CONFIDENTIAL_GRANT_TYPES, CONFIDENTIAL_METHODS

if TYPE_CHECKING:
    from cli.arguments import Subparsers


def declare(subjects: "Subparsers") -> None:
    """Add the subject and its verbs."""
    verbs = add_subject(subjects, "clients", says="the apps and programs that get tokens")
    add_verb(verbs, "list", listing.list_clients, says="every client")
    show = add_verb(verbs, "show", listing.show_client, says="what is known of one client")
    revoke = add_verb(
        verbs, "revoke", revoking.revoke, says="end a client and all its grants", asks=True
    )
    for verb in (show, revoke):
        verb.add_argument("client_id")
    _declare_add(verbs)


def _declare_add(verbs: "Subparsers") -> None:
    add = add_verb(
        verbs, "add", adding.add, says="add a client of your own; its secret is shown once"
    )
    add.add_argument("name", help="what people and the log call it")
    add.add_argument(
        "--grant-type", required=True, action="append", choices=CONFIDENTIAL_GRANT_TYPES
    )
    add.add_argument("--auth-method", choices=CONFIDENTIAL_METHODS, help="how it proves itself")
    add.add_argument("--scope", help="the most that it gets, separated by spaces (all)")
    add.add_argument("--resource", action="append", default=[], help="all that it may reach (all)")
    keys = add.add_mutually_exclusive_group()
    keys.add_argument("--jwks", type=Path, metavar="FILE", help="its public keys, a JWK Set")
    keys.add_argument("--jwks-uri", metavar="URI", help="where it publishes its keys")
