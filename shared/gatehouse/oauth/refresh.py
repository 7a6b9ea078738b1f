"""Refreshing (RFC 6749 section 6), with rotation (RFC 9700 section 4.14.2)."""

from functools import partial
from typing import TYPE_CHECKING, Any

from gatehouse.errors import InvalidGrant, InvalidScope, TemporarilyUnavailable, UnauthorizedClient
from gatehouse.oauth.clients import Client
from gatehouse.oauth.grants import Grant, RefreshToken, Standing, rotated, standing
from gatehouse.oauth.parameters import Parameters
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.resources import narrowed_resources
from gatehouse.oauth.scopes import SCOPES, parse_scope
from gatehouse.oauth.sealed_answers import seal, unseal
from gatehouse.oauth.secret_values import RefreshTokenValue
from gatehouse.oauth.token_response import SigningKeySource, token_response

if TYPE_CHECKING:
    from gatehouse.storage.contract import GrantStore


def refresh(
    parameters: Parameters,
    client: Client,
    *,
    grants: "GrantStore",
    keys: SigningKeySource,
    policy: Policy,
    issuer: str,
    now: int,
) -> dict[str, Any]:
    """The token response for the refresh token in `parameters`.

    The current token is rotated; its predecessor gets the answer of that rotation once more for a
    short while; anything older revokes the grant. Raises `InvalidRequest`, `InvalidGrant`,
    `InvalidScope`, `InvalidTarget` or `UnauthorizedClient`.
    """
    if "refresh_token" not in client.grant_types:
        raise UnauthorizedClient("This client is not registered for refresh_token")
    presented = RefreshTokenValue.parse(parameters.require("refresh_token"))
    grant = grants.get(presented.grant_id) if presented else None
    if presented is None or grant is None:
        raise _invalid("unknown refresh token")
    judge = partial(_judge, client, presented, grants=grants, policy=policy, now=now)
    is_current = judge(grant) is Standing.CURRENT
    scopes = _narrowed_scopes(parameters, grant)
    resources = narrowed_resources(
        parameters.all("resource"), issuer=issuer, granted=grant.resources
    )
    if is_current:
        successor = presented.next()
        answer = token_response(
            grant,
            scopes=scopes,
            resources=resources,
            refresh_token=successor,
            keys=keys,
            policy=policy,
            issuer=issuer,
            now=now,
        )
        stored = rotated(_refresh_token(grant), successor, seal(answer, presented), now)
        grant = grants.rotate(
            grant.grant_id, stored, now=now, expires_at=now + policy.refresh_token_lifetime
        )
        if grant is None:
            raise _invalid("grant gone")
        # Whoever won the rotation, its answer is the one sealed under the presented token
        if judge(grant) is Standing.CURRENT:
            raise TemporarilyUnavailable("The refresh token was not rotated; try again")
    sealed_answer = _refresh_token(grant).sealed_answer
    if sealed_answer is None:
        raise _invalid("no answer kept")
    return unseal(sealed_answer, presented)


def _judge(
    client: Client,
    presented: RefreshTokenValue,
    grant: Grant,
    *,
    grants: "GrantStore",
    policy: Policy,
    now: int,
) -> Standing:
    """Whether the token is current or a retry; every other standing is refused."""
    if grant.refresh_token is None:
        raise _invalid("grant has no refresh token")
    judged = standing(grant.refresh_token, presented, grace=policy.refresh_grace, now=now)
    if judged is Standing.UNKNOWN:
        raise _invalid("unknown refresh token")
    # RFC 6749 section 6: the refresh token is bound to the client that it was issued to
    if grant.client_id != client.client_id:
        raise _invalid("another client's refresh token")
    if grant.revoked_at is not None:
        raise _invalid("grant revoked")
    if grant.expires_at <= now:
        raise _invalid("refresh token expired")
    # RFC 9700 section 4.14.2: a token that was rotated away is in two hands
    if judged is Standing.REUSE:
        grants.revoke(grant.grant_id, now)
        raise _invalid("refresh token reused, grant revoked")
    return judged


def _narrowed_scopes(parameters: Parameters, grant: Grant) -> tuple[str, ...]:
    # Names that do not exist here are left out, as at the authorization endpoint
    requested = [name for name in parse_scope(parameters.get("scope")) if name in SCOPES]
    # RFC 6749 section 6: no scope that was not granted; none named means all of them
    if not set(requested) <= set(grant.scopes):
        raise InvalidScope("The scope asks for more than was granted")
    return tuple(name for name in grant.scopes if name in requested) or grant.scopes


def _refresh_token(grant: Grant) -> RefreshToken:
    if grant.refresh_token is None:
        raise _invalid("grant has no refresh token")
    return grant.refresh_token


def _invalid(reason: str) -> InvalidGrant:
    return InvalidGrant("The refresh token is not valid; sign in again", reason=reason)
