"""Dynamic client registration (RFC 7591)."""

from typing import TYPE_CHECKING, Any

from gatehouse.oauth.capabilities import SECRET_METHODS
from gatehouse.oauth.client_metadata import check_client_metadata
from gatehouse.oauth.clients import Client, expiry_after_use
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.secret_values import digest, new_identifier, new_secret

if TYPE_CHECKING:
    from gatehouse.storage.contract import ClientStore


def register_client(
    document: object, *, clients: "ClientStore", policy: Policy, now: int
) -> dict[str, Any]:
    """Register the client that `document` describes; the answer of RFC 7591 section 3.2.1.

    Raises `InvalidRedirectUri` or `InvalidClientMetadata` (section 3.2.2); nothing is stored then.
    """
    metadata = check_client_metadata(document, grant_types=policy.registrable_grant_types)
    has_secret = metadata["token_endpoint_auth_method"] in SECRET_METHODS
    secret = new_secret() if has_secret else None
    client = Client(
        client_id=new_identifier(),
        metadata=metadata,
        issued_at=now,
        last_used_at=now,
        expires_at=expiry_after_use(policy, now),
        secret_hash=digest(secret) if secret else None,
    )
    clients.add(client)
    answer = {"client_id": client.client_id, "client_id_issued_at": now, **metadata}
    if secret:
        # RFC 7591 section 3.2.1: 0 means that the secret itself does not expire
        answer |= {"client_secret": secret, "client_secret_expires_at": 0}
    return answer
