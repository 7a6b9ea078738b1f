"""What a client is told of its registration (RFC 7591 section 3.2.1, RFC 7592 section 3)."""

from typing import Any

from gatehouse.oauth.clients import Client
from gatehouse.oauth.metadata import REGISTRATION_PATH


def client_information(
    client: Client,
    *,
    issuer: str,
    client_secret: str | None = None,
    registration_token: str | None = None,
) -> dict[str, Any]:
    """The client information response.

    Both secrets are stored as hashes only, so they stand in the answer where they were just made
    or just shown by the client itself.
    """
    information = {
        "client_id": client.client_id,
        "client_id_issued_at": client.issued_at,
        **client.metadata,
    }
    if client_secret:
        # RFC 7591 section 3.2.1: 0 means that the secret itself does not expire
        information |= {"client_secret": client_secret, "client_secret_expires_at": 0}
    if registration_token:
        information |= {
            "registration_access_token": registration_token,
            "registration_client_uri": f"{issuer}{REGISTRATION_PATH}/{client.client_id}",
        }
    return information
