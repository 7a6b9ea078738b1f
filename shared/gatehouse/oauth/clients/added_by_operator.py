"""Clients that the operator adds: those that no registration gives what they may."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from gatehouse.errors import InvalidClientMetadata
from gatehouse.oauth.capabilities import CONFIDENTIAL_GRANT_TYPES, SECRET_METHODS
from gatehouse.oauth.clients.client import Client
from gatehouse.oauth.clients.metadata import check_client_metadata
from gatehouse.oauth.scopes import ScopeCatalogue, format_scope, parse_scope
from gatehouse.oauth.secret_values import digest, new_identifier, new_secret

if TYPE_CHECKING:
    from gatehouse.storage.contract.clients import RegistrationStore

GRANT_TYPES: Final = CONFIDENTIAL_GRANT_TYPES


def add_client(
    document: dict[str, Any],
    *,
    allowed_resources: Sequence[str],
    scopes: ScopeCatalogue,
    clients: "RegistrationStore",
    now: int,
) -> tuple[Client, str | None]:
    """Keep the client that `document` describes (RFC 7591 section 2), and tell it its secret once.

    It does not expire. Without a `scope` it may have every one. Raises `InvalidClientMetadata`.
    """
    metadata = check_client_metadata(document, grant_types=GRANT_TYPES)
    asked = parse_scope(metadata.get("scope"))
    if not set(asked) <= set(scopes.names):
        raise InvalidClientMetadata(f"scope: there is only {format_scope(scopes.names)}")
    metadata["scope"] = format_scope(scopes.usable(asked or scopes.names))
    if not all(each.startswith(("https://", "http://")) for each in allowed_resources):
        raise InvalidClientMetadata("a resource is named by its whole URL")
    has_secret = metadata["token_endpoint_auth_method"] in SECRET_METHODS
    secret = new_secret() if has_secret else None
    client = Client(
        client_id=new_identifier(),
        metadata=metadata,
        issued_at=now,
        last_used_at=now,
        secret_hash=digest(secret) if secret else None,
        added_by_operator=True,
        allowed_resources=tuple(allowed_resources),
    )
    clients.add(client)
    return client, secret
