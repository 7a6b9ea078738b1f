"""The grant: what one person allowed one client, with its code and its refresh token.

One item holds all of it, so that every step (the code redeemed, the token rotated, the grant
revoked) is a single conditional write: two requests cannot both win, and no crash leaves half.
"""

from dataclasses import dataclass, replace
from enum import Enum

from gatehouse.oauth.secret_values import RefreshTokenValue, digest, matches


@dataclass(frozen=True, slots=True)
class AuthorizationCode:
    """The code of a grant (RFC 6749 section 4.1.2), as it is stored. Times are epoch seconds."""

    code_hash: str
    redirect_uri: str
    code_challenge: str
    code_challenge_method: str
    expires_at: int
    used_at: int | None = None


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """The refresh token of a grant, as it is stored: the current one and its predecessor.

    `sealed_answer` is the token response that the predecessor was exchanged for, readable only
    with the predecessor itself.
    """

    family_hash: str
    current_hash: str
    previous_hash: str | None = None
    rotated_at: int | None = None
    sealed_answer: bytes | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What one person allowed one client. Times are epoch seconds.

    A grant without a code began at the token endpoint; `email` is known for people alone. `origin`
    is where its tokens were last asked for, about: never a whole address.
    """

    grant_id: str
    client_id: str
    subject: str
    email: str | None
    scopes: tuple[str, ...]
    resources: tuple[str, ...]
    created_at: int
    expires_at: int
    code: AuthorizationCode | None = None
    refresh_token: RefreshToken | None = None
    revoked_at: int | None = None
    origin: str | None = None

    def is_live(self, now: int) -> bool:
        """Whether tokens of this grant are honoured: it was redeemed, not revoked, not expired."""
        is_redeemed = self.code is None or self.code.used_at is not None
        return is_redeemed and self.is_open(now)

    def is_open(self, now: int) -> bool:
        """Whether it is live, or would be once its code is redeemed."""
        return self.revoked_at is None and now < self.expires_at

    @property
    def last_used_at(self) -> int:
        """When tokens of it were last issued, in epoch seconds."""
        redeemed = self.code.used_at if self.code else None
        refreshed = self.refresh_token.rotated_at if self.refresh_token else None
        return max(self.created_at, redeemed or 0, refreshed or 0)


class Standing(Enum):
    """What a presented refresh token is to its grant."""

    CURRENT = "current"
    RETRY = "retry"
    LATE = "late"
    REUSE = "reuse"
    UNKNOWN = "unknown"


def standing(
    refresh_token: RefreshToken, presented: RefreshTokenValue, *, grace: int, now: int
) -> Standing:
    """Judge a presented refresh token.

    The predecessor counts as a retry for `grace` seconds after its rotation, as the answer may
    have been lost or two processes may share it. After that it is late, and everything older is
    reuse at any time: both are in two hands (RFC 9700 section 4.14.2).
    """
    if matches(str(presented), refresh_token.current_hash):
        return Standing.CURRENT
    if refresh_token.previous_hash and matches(str(presented), refresh_token.previous_hash):
        in_grace = refresh_token.rotated_at is not None and now < refresh_token.rotated_at + grace
        return Standing.RETRY if in_grace else Standing.LATE
    if matches(presented.family, refresh_token.family_hash):
        return Standing.REUSE
    return Standing.UNKNOWN


def first_refresh_token(value: RefreshTokenValue) -> RefreshToken:
    """The stored form of the first refresh token of a grant."""
    return RefreshToken(family_hash=digest(value.family), current_hash=digest(str(value)))


def rotated(
    refresh_token: RefreshToken, successor: RefreshTokenValue, sealed_answer: bytes, now: int
) -> RefreshToken:
    """The stored form after `successor` took the place of the current one."""
    return replace(
        refresh_token,
        current_hash=digest(str(successor)),
        previous_hash=refresh_token.current_hash,
        rotated_at=now,
        sealed_answer=sealed_answer,
    )
