"""Exchanging an authorization code (RFC 6749 section 4.1.3)."""

from typing import TYPE_CHECKING, Any, NoReturn

from gatehouse.errors import InvalidGrant
from gatehouse.oauth import pkce
from gatehouse.oauth.clients.client import Client
from gatehouse.oauth.grants import AuthorizationCode, Grant, first_refresh_token
from gatehouse.oauth.secret_values import (
    AuthorizationCodeValue,
    RefreshTokenValue,
    matches,
)
from gatehouse.oauth.token_endpoint.issuance import Issuance
from gatehouse.parameters import Parameters

if TYPE_CHECKING:
    from gatehouse.storage.contract.grants import GrantStore


def exchange_code(parameters: Parameters, client: Client, issuance: Issuance) -> dict[str, Any]:
    """The token response for the code in `parameters`.

    Everything is checked before the code is consumed, so that a call that fails leaves it usable.
    Raises `InvalidRequest`, `InvalidGrant` or `InvalidTarget`.
    """
    grants, now = issuance.grants, issuance.now
    presented = parameters.require("code")
    grant, code = _find_grant(presented, client, grants)
    issuance.story.grant_id = grant.grant_id
    _refuse_replay(grant, code, issuance)
    _require_unexpired(code, now)
    _require_same_redirect_uri(parameters, code)
    pkce.require_verifier(
        parameters.get("code_verifier"),
        code_challenge=code.code_challenge,
        method=code.code_challenge_method,
    )
    resources = issuance.resources.narrowed(parameters.all("resource"), granted=grant.resources)

    refresh_token = _refresh_token_for(client, grant)
    answer = issuance.answer(
        grant, scopes=grant.scopes, resources=resources, refresh_token=refresh_token
    )
    issuance.require_first_use()
    access_until = now + issuance.policy.access_token_lifetime
    redeemed = grants.redeem_code(
        grant.grant_id,
        code.code_hash,
        refresh_token=first_refresh_token(refresh_token) if refresh_token else None,
        now=now,
        expires_at=issuance.refreshable_until if refresh_token else access_until,
        origin=issuance.origin,
    )
    if not redeemed:
        _revoke_replayed(grant, issuance)
    issuance.story.outcome = "code_exchanged"
    return answer


def _find_grant(
    presented: str, client: Client, grants: "GrantStore"
) -> tuple[Grant, AuthorizationCode]:
    value = AuthorizationCodeValue.parse(presented)
    grant = grants.get(value.grant_id) if value else None
    code = grant.code if grant else None
    # RFC 6749 section 5.2: one answer for a code that is unknown and for another client's
    if grant is None or code is None or not matches(presented, code.code_hash):
        raise InvalidGrant("The authorization code is not valid", reason="unknown code")
    if grant.client_id != client.client_id:
        raise InvalidGrant("The authorization code is not valid", reason="another client's code")
    return grant, code


def _refuse_replay(grant: Grant, code: AuthorizationCode, issuance: Issuance) -> None:
    # RFC 6749 section 4.1.2: a code used twice takes back what it gave
    if code.used_at is not None:
        _revoke_replayed(grant, issuance)
    if grant.revoked_at is not None:
        raise InvalidGrant("The authorization code is not valid", reason="grant revoked")


def _revoke_replayed(grant: Grant, issuance: Issuance) -> NoReturn:
    # Who repeats a whole request, assertion and all, is not the client
    issuance.require_first_use()
    issuance.grants.revoke(grant.grant_id, issuance.now)
    issuance.story.outcome = "code_replayed"
    raise InvalidGrant(
        "The authorization code was used before; the tokens it gave are revoked",
        reason="code replayed, grant revoked",
    )


def _require_unexpired(code: AuthorizationCode, now: int) -> None:
    if code.expires_at <= now:
        raise InvalidGrant("The authorization code has expired", reason="code expired")


def _require_same_redirect_uri(parameters: Parameters, code: AuthorizationCode) -> None:
    # RFC 6749 section 4.1.3: identical to the one of the authorization request. OAuth 2.1 section
    # 10.2 has clients leave it out, where PKCE binds the code instead.
    redirect_uri = parameters.get("redirect_uri")
    if redirect_uri is not None and redirect_uri != code.redirect_uri:
        raise InvalidGrant("redirect_uri is not the one of the authorization request")


def _refresh_token_for(client: Client, grant: Grant) -> RefreshTokenValue | None:
    if "refresh_token" not in client.grant_types:
        return None
    return RefreshTokenValue.new(grant.grant_id)
