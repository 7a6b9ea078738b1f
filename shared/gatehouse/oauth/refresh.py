"""Refreshing (RFC 6749 section 6), with rotation (RFC 9700 section 4.14.2)."""

from typing import Any, Final

from gatehouse.errors import InvalidGrant, InvalidScope, TemporarilyUnavailable
from gatehouse.oauth.clients import Client
from gatehouse.oauth.grants import Grant, RefreshToken, Standing, rotated, standing
from gatehouse.oauth.issuance import Issuance
from gatehouse.oauth.parameters import Parameters
from gatehouse.oauth.scopes import OFFLINE_ACCESS, SCOPES, parse_scope
from gatehouse.oauth.sealed_answers import seal, unseal
from gatehouse.oauth.secret_values import RefreshTokenValue

# Why a token that was rotated away ends its grant. Many late ones say that the grace is too short
# for these clients; any reuse says that a token was copied.
_ENDS_GRANT: Final = {
    Standing.LATE: "previous refresh token after the grace, grant revoked",
    Standing.REUSE: "refresh token reused, grant revoked",
}


def refresh(parameters: Parameters, client: Client, issuance: Issuance) -> dict[str, Any]:
    """The token response for the refresh token in `parameters`.

    The current token is rotated; its predecessor gets the answer of that rotation once more for a
    short while, whatever it asks for; after that, and for anything older, the grant is revoked.
    Raises `InvalidRequest`, `InvalidGrant`, `InvalidScope` or `InvalidTarget`.
    """
    presented = RefreshTokenValue.parse(parameters.require("refresh_token"))
    grant = issuance.grants.get(presented.grant_id) if presented else None
    if presented is None or grant is None:
        raise _invalid("unknown refresh token")
    issuance.story.grant_id = grant.grant_id
    judged = _judge(grant, client, presented, issuance)
    # RFC 9700 section 4.14.2: a token that was rotated away is in two hands
    if judged in _ENDS_GRANT:
        issuance.grants.revoke(grant.grant_id, issuance.now)
        issuance.story.outcome = "refresh_token_reused"
        raise _invalid(_ENDS_GRANT[judged])
    scopes = _narrowed_scopes(parameters, grant)
    resources = issuance.resources.narrowed(parameters.all("resource"), granted=grant.resources)
    if judged is Standing.CURRENT:
        successor = presented.next()
        fresh = issuance.answer(grant, scopes=scopes, resources=resources, refresh_token=successor)
        sealed = seal(fresh, presented)
        stored = rotated(_refresh_token(grant), successor, sealed, issuance.now)
        grant = _rotate(grant.grant_id, stored, client, presented, issuance)
    answer = _kept_answer(grant, presented)
    if judged is Standing.CURRENT:
        issuance.story.outcome = "refreshed"
    else:
        issuance.story.outcome = "refresh_retried"
        issuance.story.reason = "previous refresh token within the grace, same answer again"
    return answer


def _judge(
    grant: Grant, client: Client, presented: RefreshTokenValue, issuance: Issuance
) -> Standing:
    """What the presented token is to its grant; an unknown token or a dead grant is refused."""
    judged = standing(
        _refresh_token(grant), presented, grace=issuance.refresh_grace, now=issuance.now
    )
    if judged is Standing.UNKNOWN:
        raise _invalid("unknown refresh token")
    # RFC 6749 section 6: the refresh token is bound to the client that it was issued to
    if grant.client_id != client.client_id:
        raise _invalid("another client's refresh token")
    if grant.revoked_at is not None:
        raise _invalid("grant revoked")
    if grant.expires_at <= issuance.now:
        raise _invalid("refresh token expired")
    return judged


def _rotate(
    grant_id: str,
    stored: RefreshToken,
    client: Client,
    presented: RefreshTokenValue,
    issuance: Issuance,
) -> Grant:
    """The grant after the rotation, whoever won it: its kept answer is the one to give."""
    after = issuance.grants.rotate(
        grant_id, stored, now=issuance.now, expires_at=issuance.refreshable_until
    )
    if after is None:
        raise _invalid("grant gone")
    judged = _judge(after, client, presented, issuance)
    if judged is Standing.CURRENT:
        raise TemporarilyUnavailable("The refresh token was not rotated; try again")
    # It was current a moment ago, so one rotation since is a rival's (or our own, whose answer was
    # lost) however long ago that request began; after two it is too late, but no reuse
    if judged is Standing.REUSE:
        raise _invalid("overtaken by two rotations")
    return after


def _kept_answer(grant: Grant, presented: RefreshTokenValue) -> dict[str, Any]:
    sealed_answer = _refresh_token(grant).sealed_answer
    if sealed_answer is None:
        raise _invalid("no answer kept")
    return unseal(sealed_answer, presented)


def _narrowed_scopes(parameters: Parameters, grant: Grant) -> tuple[str, ...]:
    # Names that do not exist here are left out, as at the authorization issuance
    requested = {name for name in parse_scope(parameters.get("scope")) if name in SCOPES}
    # RFC 6749 section 6: no scope that was not granted; none named means all of them
    if not requested <= set(grant.scopes):
        raise InvalidScope("The scope asks for more than was granted")
    # Offline access alone opens nothing
    if not requested - {OFFLINE_ACCESS}:
        return grant.scopes
    return tuple(name for name in grant.scopes if name in requested)


def _refresh_token(grant: Grant) -> RefreshToken:
    if grant.refresh_token is None:
        raise _invalid("grant has no refresh token")
    return grant.refresh_token


def _invalid(reason: str) -> InvalidGrant:
    return InvalidGrant("The refresh token is not valid; sign in again", reason=reason)
