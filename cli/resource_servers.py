"""`gatehouse resource-servers`: who may introspect the tokens for their resources."""

import argparse
from typing import TYPE_CHECKING

from cli.arguments import add_subject, add_verb, open_stack
from cli.exits import DONE, CommandError
from cli.printing import print_facts
from cli.stack import now
from gatehouse.oauth.clients.resource_servers import register_resource_server

if TYPE_CHECKING:
    from cli.arguments import Subparsers


class NotAResource(CommandError):
    """What was named is no resource identifier; the message says why."""


def declare(subjects: "Subparsers") -> None:
    """Add the subject and its verb."""
    verbs = add_subject(subjects, "resource-servers", says="the servers that may introspect tokens")
    add = add_verb(verbs, "add", _add, says="register one; its credentials are printed, once")
    add.add_argument("resource", nargs="+", help="the URL of a protected resource that it serves")
    add.add_argument("--name", default="Resource server", help="what the stack's owner calls it")


def _add(chosen: argparse.Namespace) -> int:
    for resource in chosen.resource:
        # RFC 8707 section 2: an absolute URI without a fragment
        if not resource.startswith(("https://", "http://")) or "#" in resource:
            raise NotAResource(f"{resource} is no URL of a protected resource")
    with open_stack(chosen) as stack:
        client_id, secret = register_resource_server(
            chosen.name, chosen.resource, clients=stack.clients, now=now()
        )
    print_facts(
        chosen,
        {"client_id": client_id, "client_secret": secret},
        f"client id      {client_id}",
        f"client secret  {secret}",
    )
    return DONE
