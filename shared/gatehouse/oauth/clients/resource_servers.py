"""Resource servers: clients that the operator registers, and that may introspect tokens."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gatehouse.oauth.clients.client import Client
from gatehouse.oauth.secret_values import digest, new_identifier, new_secret

if TYPE_CHECKING:
    from gatehouse.storage.contract.clients import RegistrationStore


def register_resource_server(
    name: str,
    resources: Sequence[str],
    *,
    clients: "RegistrationStore",
    now: int,
) -> tuple[str, str]:
    """Register whoever serves `resources`; its client id and its secret.

    It gets no grant types and no redirect URI, so no token is ever issued to it, and no
    registration access token, so that it stays what the operator said. It does not expire.
    """
    secret = new_secret()
    client = Client(
        client_id=new_identifier(),
        metadata={
            "client_name": name,
            "redirect_uris": [],
            "grant_types": [],
            "response_types": [],
            "token_endpoint_auth_method": "client_secret_basic",
        },
        issued_at=now,
        last_used_at=now,
        secret_hash=digest(secret),
        added_by_operator=True,
        resources=tuple(resources),
    )
    clients.add(client)
    return client.client_id, secret
