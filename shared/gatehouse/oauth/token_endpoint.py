"""The token endpoint (RFC 6749 section 3.2): who asks, by which grant type, and what it answers."""

from typing import Any, Final

from gatehouse.errors import UnsupportedGrantType
from gatehouse.oauth.capabilities import GRANT_TYPES
from gatehouse.oauth.client_authentication import authenticate_client
from gatehouse.oauth.clients import ClientDirectory
from gatehouse.oauth.code_exchange import exchange_code
from gatehouse.oauth.issuance import Issuance
from gatehouse.oauth.parameters import Parameters
from gatehouse.oauth.refresh import refresh

# Each grant type of `capabilities.GRANT_TYPES` by the use case that serves it.
USE_CASES: Final = {"authorization_code": exchange_code, "refresh_token": refresh}


def issue_tokens(
    parameters: Parameters,
    authorization: str | None,
    *,
    clients: ClientDirectory,
    issuance: Issuance,
) -> dict[str, Any]:
    """The token response (RFC 6749 section 5.1) for a form and its `Authorization` header.

    Raises `InvalidRequest`, `UnsupportedGrantType`, `InvalidClient`, `UnauthorizedClient`, and
    what the grant type's own use case raises.
    """
    # RFC 6749 section 3.2: no parameter more than once; RFC 8707 section 2 exempts `resource`
    parameters.require_single(repeatable=("resource",))
    grant_type = parameters.require("grant_type")
    if grant_type not in GRANT_TYPES:
        raise UnsupportedGrantType(f"grant_type must be one of: {', '.join(GRANT_TYPES)}")
    client = authenticate_client(
        parameters, authorization, clients=clients, now=issuance.now, story=issuance.story
    )
    client.require_grant_type(grant_type)
    clients.note_use(client, now=issuance.now)
    return USE_CASES[grant_type](parameters, client, issuance)
