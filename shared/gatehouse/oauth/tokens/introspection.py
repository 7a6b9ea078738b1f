"""Token introspection (RFC 7662): whether a token is good, for those whom it concerns.

A client may ask about its own tokens, a resource server about access tokens for its resources. A
resource server is a client that the operator registered with them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gatehouse.errors import InvalidGrant, InvalidToken
from gatehouse.oauth.capabilities import INTROSPECTION_ENDPOINT_AUTH_METHODS
from gatehouse.oauth.clients.assertions import ClientAssertions
from gatehouse.oauth.clients.authentication import authenticate_client
from gatehouse.oauth.clients.client import Client
from gatehouse.oauth.clients.directory import ClientDirectory
from gatehouse.oauth.grants import Standing
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.resources import Resources
from gatehouse.oauth.scopes import format_scope
from gatehouse.oauth.secret_values import RefreshTokenValue
from gatehouse.oauth.tokens.presented_tokens import (
    find_refresh_token,
    honoured_access_token,
    invalid_refresh_token,
    judge_refresh_token,
)
from gatehouse.parameters import Parameters
from gatehouse.story import Story

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

    from gatehouse.storage.contract.grants import GrantStore


@dataclass(frozen=True, slots=True)
class Introspection:
    """What one introspection request to `issuer` at the moment `now` works with."""

    grants: "GrantStore"
    find_key: Callable[[str], "EllipticCurvePublicKey | None"]
    policy: Policy
    issuer: str
    now: int


def introspect_token(
    parameters: Parameters,
    authorization: str | None,
    introspection: Introspection,
    *,
    clients: ClientDirectory,
    assertions: ClientAssertions,
    story: Story,
) -> dict[str, Any]:
    """The answer of RFC 7662 section 2.2 about the token in `parameters`.

    Nothing is changed by it, not even by a refresh token that was rotated away. Raises
    `InvalidRequest` and `InvalidClient`.
    """
    parameters.require_single(repeatable=())
    client = authenticate_client(
        parameters,
        authorization,
        clients=clients,
        assertions=assertions,
        now=introspection.now,
        story=story,
        methods=INTROSPECTION_ENDPOINT_AUTH_METHODS,
    )
    # RFC 7662 section 2.1: token_type_hint may be ignored; ours say what they are
    presented = parameters.require("token")
    assertions.single_use.require_first(now=introspection.now, story=story)
    clients.note_use(client, now=introspection.now)
    story.outcome = "introspected"
    describe = _refresh_token if RefreshTokenValue.parse(presented) else _access_token
    try:
        return {"active": True, **describe(presented, client, introspection)}
    except (InvalidGrant, InvalidToken) as error:
        # RFC 7662 section 2.2: not why, and nothing else of it
        story.reason = f"inactive: {error.reason}"
        return {"active": False}


def _access_token(presented: str, client: Client, introspection: Introspection) -> dict[str, Any]:
    resources = Resources(introspection.issuer, introspection.policy.resources)
    access_token, _ = honoured_access_token(
        presented,
        find_key=introspection.find_key,
        grants=introspection.grants,
        issuer=introspection.issuer,
        audiences=resources.identifiers,
        now=introspection.now,
        # the story is of whoever asks
        story=Story(),
    )
    audiences = access_token.audiences
    if access_token.client_id != client.client_id:
        audiences = tuple(each for each in audiences if each in client.resources)
    # RFC 7662 section 4: a token is told of to nobody whom it does not concern
    if not audiences:
        raise InvalidToken("The access token is not for this client", reason="not the caller's")
    return {
        "token_type": "Bearer",
        "scope": format_scope(access_token.scopes),
        "client_id": access_token.client_id,
        "sub": access_token.subject,
        "aud": audiences[0] if len(audiences) == 1 else list(audiences),
        "iss": introspection.issuer,
        "exp": access_token.expires_at,
        "iat": access_token.issued_at,
        "jti": access_token.token_id,
    }


def _refresh_token(presented: str, client: Client, introspection: Introspection) -> dict[str, Any]:
    value, grant = find_refresh_token(presented, introspection.grants)
    judged = judge_refresh_token(
        value, grant, client, grace=introspection.policy.retry_grace, now=introspection.now
    )
    if judged in (Standing.LATE, Standing.REUSE):
        raise invalid_refresh_token("refresh token was rotated away")
    if "refresh_token" not in client.grant_types:
        raise invalid_refresh_token("the client may not refresh any more")
    return {
        "scope": format_scope(grant.scopes),
        "client_id": grant.client_id,
        "sub": grant.subject,
        "iss": introspection.issuer,
        "exp": grant.expires_at,
    }
