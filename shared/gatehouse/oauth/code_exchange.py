"""Exchanging an authorization code (RFC 6749 section 4.1.3)."""

from typing import TYPE_CHECKING, Any

from gatehouse.errors import InvalidGrant, UnauthorizedClient
from gatehouse.oauth import pkce
from gatehouse.oauth.clients import Client
from gatehouse.oauth.grants import Grant, first_refresh_token
from gatehouse.oauth.parameters import Parameters
from gatehouse.oauth.resources import narrowed_resources
from gatehouse.oauth.secret_values import (
    AuthorizationCodeValue,
    RefreshTokenValue,
    digest,
    matches,
)
from gatehouse.oauth.token_endpoint import TokenEndpoint

if TYPE_CHECKING:
    from gatehouse.storage.contract import GrantStore


def exchange_code(
    parameters: Parameters, client: Client, endpoint: TokenEndpoint
) -> dict[str, Any]:
    """The token response for the code in `parameters`.

    Everything is checked before the code is consumed, so that a call that fails leaves it usable.
    Raises `InvalidRequest`, `InvalidGrant`, `InvalidTarget` or `UnauthorizedClient`.
    """
    grants, now = endpoint.grants, endpoint.now
    code = parameters.require("code")
    grant = _find_grant(code, client, grants)
    endpoint.story.grant_id = grant.grant_id
    _refuse_replay(grant, endpoint)
    _require_unexpired(grant, now)
    _require_same_redirect_uri(parameters, grant)
    pkce.require_verifier(
        parameters.get("code_verifier"),
        code_challenge=grant.code.code_challenge,
        method=grant.code.code_challenge_method,
    )
    resources = narrowed_resources(
        parameters.all("resource"), issuer=endpoint.issuer, granted=grant.resources
    )

    refresh_token = _refresh_token_for(client, grant)
    answer = endpoint.answer(
        grant, scopes=grant.scopes, resources=resources, refresh_token=refresh_token
    )
    access_until = now + endpoint.policy.access_token_lifetime
    redeemed = grants.redeem_code(
        grant.grant_id,
        digest(code),
        refresh_token=first_refresh_token(refresh_token) if refresh_token else None,
        now=now,
        expires_at=endpoint.refreshable_until if refresh_token else access_until,
    )
    if not redeemed:
        _revoke_replayed(grant, endpoint)
    endpoint.story.outcome = "code_exchanged"
    return answer


def _find_grant(code: str, client: Client, grants: "GrantStore") -> Grant:
    if "authorization_code" not in client.grant_types:
        raise UnauthorizedClient("This client is not registered for authorization_code")
    value = AuthorizationCodeValue.parse(code)
    grant = grants.get(value.grant_id) if value else None
    # RFC 6749 section 5.2: one answer for a code that is unknown and for another client's
    if grant is None or not matches(code, grant.code.code_hash):
        raise InvalidGrant("The authorization code is not valid", reason="unknown code")
    if grant.client_id != client.client_id:
        raise InvalidGrant("The authorization code is not valid", reason="another client's code")
    return grant


def _refuse_replay(grant: Grant, endpoint: TokenEndpoint) -> None:
    # RFC 6749 section 4.1.2: a code used twice takes back what it gave
    if grant.code.used_at is not None:
        _revoke_replayed(grant, endpoint)
    if grant.revoked_at is not None:
        raise InvalidGrant("The authorization code is not valid", reason="grant revoked")


def _revoke_replayed(grant: Grant, endpoint: TokenEndpoint) -> None:
    endpoint.grants.revoke(grant.grant_id, endpoint.now)
    endpoint.story.outcome = "code_replayed"
    raise InvalidGrant(
        "The authorization code was used before; the tokens it gave are revoked",
        reason="code replayed, grant revoked",
    )


def _require_unexpired(grant: Grant, now: int) -> None:
    if grant.code.expires_at <= now:
        raise InvalidGrant("The authorization code has expired", reason="code expired")


def _require_same_redirect_uri(parameters: Parameters, grant: Grant) -> None:
    # RFC 6749 section 4.1.3: identical to the one of the authorization request. OAuth 2.1 section
    # 10.2 has clients leave it out, where PKCE binds the code instead.
    redirect_uri = parameters.get("redirect_uri")
    if redirect_uri is not None and redirect_uri != grant.code.redirect_uri:
        raise InvalidGrant("redirect_uri is not the one of the authorization request")


def _refresh_token_for(client: Client, grant: Grant) -> RefreshTokenValue | None:
    if "refresh_token" not in client.grant_types:
        return None
    return RefreshTokenValue.new(grant.grant_id)
