"""Which clients there are, and what is known of one."""

import argparse
from operator import itemgetter
from typing import Any

from cli.arguments import open_stack
from cli.exits import DONE, NotFound
from cli.printing import Column, day, print_all_of, print_list
from cli.progress import counted
from cli.stack import Stack, now
from gatehouse.oauth.clients.client import Client
from gatehouse.oauth.clients.redirect_uris import display_host

_COLUMNS = (
    Column("CLIENT", itemgetter("client_id"), 22),
    Column("NAME", itemgetter("name")),
    Column("KIND", itemgetter("kind"), 10),
    Column("LEADS TO", lambda client: ", ".join(client["redirect_hosts"]) or "-"),
    Column("LAST USE", lambda client: day(client["last_used_at"]), 10),
)


def list_clients(chosen: argparse.Namespace) -> int:
    """Every client that has not expired, the one that was used last first."""
    at = now()
    with open_stack(chosen) as stack:
        found = counted(stack.client_administration.all(), "clients")
        living = [client_facts(client) for client in found if not client.is_expired(at)]
    living.sort(key=itemgetter("client_id"))
    living.sort(key=itemgetter("last_used_at"), reverse=True)
    print_list(chosen, _COLUMNS, living, nothing="There is no client yet.")
    return DONE


def show_client(chosen: argparse.Namespace) -> int:
    """Everything but the client's secrets, of which there are hashes alone."""
    with open_stack(chosen) as stack:
        client = named_client(stack, chosen.client_id)
    facts = client_facts(client) | {
        "redirect_uris": list(client.redirect_uris),
        "grant_types": list(client.grant_types),
        "auth_methods": list(client.token_endpoint_auth_methods),
        "scopes": list(client.scopes),
        "allowed_resources": list(client.allowed_resources),
        "served_resources": list(client.resources),
        "has_secret": client.secret_hash is not None,
        "manages_itself": client.registration_token_hash is not None,
        "metadata": client.metadata,
    }
    print_all_of(chosen, facts)
    return DONE


def client_facts(client: Client) -> dict[str, Any]:
    """What a list tells of a client."""
    hosts = dict.fromkeys(map(display_host, client.redirect_uris))
    return {
        "client_id": client.client_id,
        "name": client.name,
        "kind": _kind(client),
        "redirect_hosts": list(hosts),
        "created_at": client.issued_at,
        "last_used_at": client.last_used_at,
        "expires_at": client.expires_at,
    }


def named_client(stack: Stack, client_id: str) -> Client:
    """The client of that id. Raises `NotFound`."""
    client = stack.client_administration.find(client_id)
    if client is None:
        raise NotFound(f"there is no client {client_id}")
    return client


def _kind(client: Client) -> str:
    if client.added_by_operator:
        return "operator"
    return "document" if client.domain else "registered"
