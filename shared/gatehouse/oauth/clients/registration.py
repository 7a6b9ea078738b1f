"""Dynamic client registration (RFC 7591)."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from gatehouse.oauth.capabilities import SECRET_METHODS
from gatehouse.oauth.clients.client import Client, expiry_after_use
from gatehouse.oauth.clients.information import client_information
from gatehouse.oauth.clients.metadata import check_client_metadata
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.secret_values import digest, new_identifier, new_secret
from gatehouse.story import Story

if TYPE_CHECKING:
    from gatehouse.storage.contract.clients import RegistrationStore

# How long one public client serves everybody who registers the same metadata, in seconds.
SHARING_WINDOW: Final = 900

_SHARED_ID_DIGITS: Final = 32  # 128 bits, as many as any other identifier has


def register_client(
    document: object,
    *,
    clients: "RegistrationStore",
    policy: Policy,
    issuer: str,
    now: int,
    story: Story,
) -> dict[str, Any]:
    """Register the client that `document` describes; the answer of RFC 7591 section 3.2.1.

    A public client that was registered a moment ago is given out again, and is nobody's to manage
    from then on (docs/decisions/0012). Raises `InvalidRedirectUri` or `InvalidClientMetadata`
    (section 3.2.2); nothing is stored then.
    """
    metadata = check_client_metadata(document, grant_types=policy.registrable_grant_types)
    method = metadata["token_endpoint_auth_method"]
    secret = new_secret() if method in SECRET_METHODS else None
    registration_token = new_secret()
    client = Client(
        client_id=_shared_id(metadata, now) if method == "none" else new_identifier(),
        metadata=metadata,
        issued_at=now,
        last_used_at=now,
        expires_at=expiry_after_use(policy, now),
        secret_hash=digest(secret) if secret else None,
        registration_token_hash=digest(registration_token),
    )
    story.outcome = "registered"
    if not clients.add(client):
        shared = clients.share(client.client_id, metadata, now=now)
        if shared:
            story.is_about(shared.client_id)
            story.outcome = "registered_again"
            return client_information(shared, issuer=issuer)
        # Whoever has that id is another by now: it changed its metadata, or is deleted
        client = replace(client, client_id=new_identifier())
        clients.add(client)
    story.is_about(client.client_id)
    return client_information(
        client, issuer=issuer, client_secret=secret, registration_token=registration_token
    )


def _shared_id(metadata: Mapping[str, Any], now: int) -> str:
    """The id that a public client of this metadata gets at this time, whoever registers it."""
    canonical = json.dumps([now // SHARING_WINDOW, metadata], sort_keys=True)
    return digest(canonical)[:_SHARED_ID_DIGITS]
