"""Tokens as somebody presents them: whose they are, and whether they are honoured.

The MCP endpoint, the token endpoint, introspection and revocation all ask here, so that what one of
them takes for good is good at the others.
"""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from gatehouse.errors import InvalidGrant, InvalidToken
from gatehouse.oauth.grants import Grant, Standing, standing
from gatehouse.oauth.secret_values import RefreshTokenValue, matches
from gatehouse.oauth.tokens.access_tokens import AccessToken, verify_access_token
from gatehouse.story import Story

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

    from gatehouse.oauth.clients.client import Client
    from gatehouse.storage.contract.grants import GrantStore


def honoured_access_token(
    encoded: str,
    *,
    find_key: Callable[[str], "EllipticCurvePublicKey | None"],
    grants: "GrantStore",
    issuer: str,
    audiences: Collection[str],
    now: int,
    story: Story,
) -> tuple[AccessToken, Grant]:
    """What the access token says, and the live grant behind it. Raises `InvalidToken`.

    `audiences` are those of the resource that it is presented to.
    """
    access_token = verify_access_token(
        encoded, find_key=find_key, issuer=issuer, audiences=audiences, now=now, story=story
    )
    grant = grants.get(access_token.grant_id)
    # A revoked token stops at once: its signature outlives the grant, its record does not
    if grant is None or not grant.is_live(now) or grant.client_id != access_token.client_id:
        raise InvalidToken("The access token has been revoked", reason="grant not live")
    return access_token, grant


def find_refresh_token(presented: str, grants: "GrantStore") -> tuple[RefreshTokenValue, Grant]:
    """The parts of a refresh token that was issued here, and its grant, whatever became of either.

    Raises `InvalidGrant` for a token that is not ours, or whose grant is gone.
    """
    value = RefreshTokenValue.parse(presented)
    grant = grants.get(value.grant_id) if value else None
    if value is None or grant is None:
        raise invalid_refresh_token("unknown refresh token")
    if grant.refresh_token is None:
        raise invalid_refresh_token("grant has no refresh token")
    # The family's secret is in every token of a grant, and in nothing that is invented
    if not matches(value.family, grant.refresh_token.family_hash):
        raise invalid_refresh_token("unknown refresh token")
    return value, grant


def judge_refresh_token(
    value: RefreshTokenValue, grant: Grant, client: "Client", *, grace: int, now: int
) -> Standing:
    """What the presented token is to its grant. Raises `InvalidGrant` where that is dead."""
    # RFC 6749 section 6: the refresh token is bound to the client that it was issued to
    if grant.client_id != client.client_id:
        raise invalid_refresh_token("another client's refresh token")
    if grant.revoked_at is not None:
        raise invalid_refresh_token("grant revoked")
    if grant.expires_at <= now:
        raise invalid_refresh_token("refresh token expired")
    if grant.refresh_token is None:
        raise invalid_refresh_token("grant has no refresh token")
    judged = standing(grant.refresh_token, value, grace=grace, now=now)
    if judged is Standing.UNKNOWN:
        raise invalid_refresh_token("unknown refresh token")
    return judged


def invalid_refresh_token(reason: str) -> InvalidGrant:
    """The one answer for every refresh token that is not honoured; the log tells them apart."""
    return InvalidGrant("The refresh token is not valid; sign in again", reason=reason)
