"""Connections: the clients that one person allowed something, as the person knows them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from gatehouse.oauth.clients.client import Client
from gatehouse.oauth.clients.directory import ClientDirectory
from gatehouse.oauth.clients.document_rules import domain_of, names_document
from gatehouse.oauth.clients.redirect_uris import consent_host
from gatehouse.oauth.grants import Grant
from gatehouse.oauth.scopes import OFFLINE_ACCESS, ScopeCatalogue

if TYPE_CHECKING:
    from gatehouse.storage.contract.grants import GrantStore

# A hundred grants are one call; whoever has more than so many is told that there are more.
MOST_GRANTS: Final = 5000
MOST_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Connection:
    """A client with all that the person allowed it and that still holds. Times are epoch seconds.

    `name` is what the client calls itself, None where it is not registered any more; `domain` is
    the verified one of a client with a document. `permissions` are words for people. `origin` is
    about where it last asked for tokens from, None where nobody knows.
    """

    client_id: str
    name: str | None
    domain: str | None
    redirect_hosts: tuple[str, ...]
    resources: tuple[str, ...]
    permissions: tuple[str, ...]
    first_used_at: int
    last_used_at: int
    origin: str | None


@dataclass(frozen=True, slots=True)
class Connections:
    """A person's connections, the last used first; `has_more` if there are others, or may be."""

    shown: tuple[Connection, ...]
    has_more: bool


def connections_of(
    subject: str,
    *,
    grants: "GrantStore",
    clients: ClientDirectory,
    scopes: ScopeCatalogue,
    now: int,
) -> Connections:
    """The connections of the person `subject`."""
    read = list(islice(grants.of_subject(subject), MOST_GRANTS + 1))
    live = [grant for grant in read[:MOST_GRANTS] if grant.is_live(now)]
    by_client = _by_client(live)
    shown = dict(islice(by_client.items(), MOST_SHOWN))
    known = clients.known(shown, now=now)
    return Connections(
        tuple(
            _connection(client_id, allowed, known.get(client_id), scopes)
            for client_id, allowed in shown.items()
        ),
        has_more=len(read) > MOST_GRANTS or len(by_client) > MOST_SHOWN,
    )


def _by_client(grants: Iterable[Grant]) -> dict[str, list[Grant]]:
    """The grants of each client; clients and grants in the order of their last use, backwards."""
    by_client: dict[str, list[Grant]] = {}
    for grant in sorted(grants, key=lambda each: each.last_used_at, reverse=True):
        by_client.setdefault(grant.client_id, []).append(grant)
    return by_client


def _connection(
    client_id: str, grants: Sequence[Grant], client: Client | None, scopes: ScopeCatalogue
) -> Connection:
    newest = grants[0]
    return Connection(
        client_id=client_id,
        name=client.name if client else None,
        domain=domain_of(client_id) if names_document(client_id) else None,
        redirect_hosts=_distinct(
            consent_host(grant.code.redirect_uri) for grant in grants if grant.code
        ),
        resources=_distinct(resource for grant in grants for resource in grant.resources),
        permissions=_permissions(grants, scopes),
        first_used_at=min(grant.created_at for grant in grants),
        last_used_at=newest.last_used_at,
        origin=newest.origin,
    )


def _permissions(grants: Sequence[Grant], scopes: ScopeCatalogue) -> tuple[str, ...]:
    # as the consent page had it: what a scope includes comes with it, and whoever may refresh stays
    # connected
    given = set(scopes.reach(name for grant in grants for name in grant.scopes))
    if any(grant.refresh_token for grant in grants):
        given.add(OFFLINE_ACCESS)
    return scopes.words(given)


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
