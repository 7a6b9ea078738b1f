"""Refreshing (RFC 6749 section 6), with rotation (RFC 9700 section 4.14.2)."""

from typing import Any, Final

from gatehouse.errors import InvalidScope, TemporarilyUnavailable
from gatehouse.oauth.clients.client import Client
from gatehouse.oauth.grants import Grant, RefreshToken, Standing, rotated
from gatehouse.oauth.scopes import OFFLINE_ACCESS, ScopeCatalogue, parse_scope
from gatehouse.oauth.secret_values import RefreshTokenValue
from gatehouse.oauth.token_endpoint.issuance import Issuance
from gatehouse.oauth.token_endpoint.sealed_answers import seal, unseal
from gatehouse.oauth.tokens.presented_tokens import (
    find_refresh_token,
    invalid_refresh_token,
    judge_refresh_token,
)
from gatehouse.parameters import Parameters

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
    presented, grant = find_refresh_token(parameters.require("refresh_token"), issuance.grants)
    issuance.story.grant_id = grant.grant_id
    judged = _judge(grant, client, presented, issuance)
    # RFC 9700 section 4.14.2: a token that was rotated away is in two hands
    if judged in _ENDS_GRANT:
        issuance.require_first_use()
        issuance.grants.revoke(grant.grant_id, issuance.now)
        issuance.story.outcome = "refresh_token_reused"
        raise invalid_refresh_token(_ENDS_GRANT[judged])
    scopes = _narrowed_scopes(parameters, grant, issuance.policy.scopes)
    resources = issuance.resources.narrowed(parameters.all("resource"), granted=grant.resources)
    issuance.require_first_use()
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
    return judge_refresh_token(
        presented, grant, client, grace=issuance.policy.retry_grace, now=issuance.now
    )


def _rotate(
    grant_id: str,
    stored: RefreshToken,
    client: Client,
    presented: RefreshTokenValue,
    issuance: Issuance,
) -> Grant:
    """The grant after the rotation, whoever won it: its kept answer is the one to give."""
    after = issuance.grants.rotate(
        grant_id,
        stored,
        now=issuance.now,
        expires_at=issuance.refreshable_until,
        origin=issuance.origin,
    )
    if after is None:
        raise invalid_refresh_token("grant gone")
    judged = _judge(after, client, presented, issuance)
    if judged is Standing.CURRENT:
        raise TemporarilyUnavailable("The refresh token was not rotated; try again")
    # It was current a moment ago, so one rotation since is a rival's (or our own, whose answer was
    # lost) however long ago that request began; after two it is too late, but no reuse
    if judged is Standing.REUSE:
        raise invalid_refresh_token("overtaken by two rotations")
    return after


def _kept_answer(grant: Grant, presented: RefreshTokenValue) -> dict[str, Any]:
    sealed_answer = _refresh_token(grant).sealed_answer
    if sealed_answer is None:
        raise invalid_refresh_token("no answer kept")
    return unseal(sealed_answer, presented)


def _narrowed_scopes(
    parameters: Parameters, grant: Grant, catalogue: ScopeCatalogue
) -> tuple[str, ...]:
    # Names that do not exist here are left out, as at the authorization endpoint
    requested = catalogue.known(parse_scope(parameters.get("scope")))
    # RFC 6749 section 6: no scope that was not granted; none named means all of them
    if not catalogue.covers(grant.scopes, requested):
        raise InvalidScope("The scope asks for more than was granted")
    # Offline access alone opens nothing
    if not set(requested) - {OFFLINE_ACCESS}:
        return grant.scopes
    narrowed = catalogue.usable(requested)
    return narrowed if catalogue.covers(grant.scopes, narrowed) else requested


def _refresh_token(grant: Grant) -> RefreshToken:
    if grant.refresh_token is None:
        raise invalid_refresh_token("grant has no refresh token")
    return grant.refresh_token
