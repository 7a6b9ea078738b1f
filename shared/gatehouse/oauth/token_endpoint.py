"""The token endpoint (RFC 6749 section 3.2): who asks, by which grant type, and what it answers."""

from typing import Any, Final

from gatehouse.errors import OAuthError, UnsupportedGrantType
from gatehouse.oauth.capabilities import (
    CONFIDENTIAL_GRANT_TYPES,
    CONFIDENTIAL_METHODS,
    JWT_BEARER,
    TOKEN_ENDPOINT_AUTH_METHODS,
)
from gatehouse.oauth.client_authentication import authenticate_client, named_client_id
from gatehouse.oauth.client_credentials import issue_to_client
from gatehouse.oauth.client_documents import is_document_url
from gatehouse.oauth.clients import ClientDirectory
from gatehouse.oauth.code_exchange import exchange_code
from gatehouse.oauth.identity_assertions import exchange_assertion
from gatehouse.oauth.issuance import Issuance
from gatehouse.oauth.parameters import Parameters
from gatehouse.oauth.refresh import refresh
from gatehouse.oauth.secret_values import (
    AuthorizationCodeValue,
    RefreshTokenValue,
    is_identifier,
)

# Each grant type of `capabilities.GRANT_TYPES` by the use case that serves it.
USE_CASES: Final = {
    "authorization_code": exchange_code,
    "refresh_token": refresh,
    "client_credentials": issue_to_client,
    JWT_BEARER: exchange_assertion,
}


def issue_tokens(
    parameters: Parameters,
    authorization: str | None,
    *,
    clients: ClientDirectory,
    issuance: Issuance,
) -> dict[str, Any]:
    """The token response (RFC 6749 section 5.1) for a form and its `Authorization` header.

    Raises `InvalidRequest`, `UnsupportedGrantType`, `InvalidClient`, `UnauthorizedClient`, and what
    the grant type's own use case raises.
    """
    # RFC 6749 section 3.2: no parameter more than once; RFC 8707 section 2 exempts `resource`
    parameters.require_single(repeatable=("resource",))
    grant_type = parameters.require("grant_type")
    supported = issuance.policy.grant_types
    if grant_type not in supported:
        raise UnsupportedGrantType(f"grant_type must be one of: {', '.join(supported)}")
    must_prove = grant_type in CONFIDENTIAL_GRANT_TYPES
    client = authenticate_client(
        parameters,
        authorization,
        clients=clients,
        assertions=issuance.assertions,
        now=issuance.now,
        story=issuance.story,
        methods=CONFIDENTIAL_METHODS if must_prove else TOKEN_ENDPOINT_AUTH_METHODS,
    )
    client.require_grant_type(grant_type)
    clients.note_use(client, now=issuance.now)
    return USE_CASES[grant_type](parameters, client, issuance)


def named_client_and_grant(
    parameters: Parameters, authorization: str | None
) -> tuple[str | None, str | None]:
    """The ids of the client and the grant that a request names, so that both can be read at once.

    Nothing is checked here: None stands for what is missing or makes no sense, which is for
    `issue_tokens` to refuse.
    """
    try:
        client_id = named_client_id(parameters, authorization)
        code, refresh_token = (parameters.get(name) or "" for name in ("code", "refresh_token"))
    except OAuthError:
        return None, None
    presented = AuthorizationCodeValue.parse(code) or RefreshTokenValue.parse(refresh_token)
    is_key = is_identifier(client_id) or is_document_url(client_id)
    return client_id if is_key else None, presented.grant_id if presented else None
