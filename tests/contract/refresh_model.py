"""What a grant and its refresh tokens are expected to do, in integers.

Generation 0 is the refresh token that the code is exchanged for; each rotation makes the next one.
The model changes in the moment in which a write takes effect, and says of each request what it must
come to by what it found there.
"""

from dataclasses import dataclass, field
from enum import Enum

A_DAY = 86400


class Verdict(Enum):
    """What a refresh token of ours is at one moment."""

    CURRENT = "current"
    RETRY = "its predecessor, within the grace"
    LATE = "its predecessor, after the grace"
    OLD = "older than that"
    REVOKED = "of a grant that was revoked"
    EXPIRED = "of a grant that has expired"


class Refusal(Enum):
    """Why a request is refused, in the log's words."""

    CLIENT_EXPIRED = "expired"
    REVOKED = "grant revoked"
    EXPIRED = "refresh token expired"
    LATE = "previous refresh token after the grace, grant revoked"
    OLD = "refresh token reused, grant revoked"
    OVERTAKEN = "overtaken by two rotations"
    ANOTHER_CLIENT = "another client's refresh token"
    RESOURCE = "That resource is not part of what was granted"
    CODE_EXPIRED = "code expired"
    CODE_REPLAYED = "code replayed, grant revoked"

    @property
    def ends_grant(self) -> bool:
        return self in (Refusal.LATE, Refusal.OLD, Refusal.CODE_REPLAYED)


@dataclass
class Expected:
    """What one request that was sent at `now` must come to, as far as is known.

    It is the number of a generation, whose token it is answered with, or a refusal.
    """

    now: int
    generation: int = -1
    resource: str | None = None
    scope: str | None = None
    is_strangers: bool = False
    redeemed: bool = False
    outcome: int | Refusal | None = None


@dataclass
class GrantModel:
    """One grant and its client. Durations are seconds."""

    grace: int
    code_expires_at: int
    client_used_at: int
    refresh_token_lifetime: int
    client_lifetime: int
    granted: tuple[str, ...]
    generation: int = -1
    rotated_at: int = 0
    expires_at: int = 0
    is_redeemed: bool = False
    is_revoked: bool = False
    narrowed: dict[int, tuple[str | None, str | None]] = field(default_factory=dict)

    def verdict(self, generation: int, now: int) -> Verdict:
        """What the token of that generation is to a request that was sent at `now`."""
        if self.is_revoked:
            return Verdict.REVOKED
        if now >= self.expires_at:
            return Verdict.EXPIRED
        if generation == self.generation:
            return Verdict.CURRENT
        if generation < self.generation - 1:
            return Verdict.OLD
        return Verdict.RETRY if now < self.rotated_at + self.grace else Verdict.LATE

    def is_live(self, now: int) -> bool:
        """Whether access tokens of the grant are honoured."""
        return self.is_redeemed and not self.is_revoked and now < self.expires_at

    # ---- What a read finds ---------------------------------------------------------------

    def read_for_refresh(self, request: Expected) -> None:
        """The refresh request read client and grant."""
        if self._client_has_expired(request):
            return
        if request.is_strangers:
            request.outcome = Refusal.ANOTHER_CLIENT
            return
        match self.verdict(request.generation, request.now):
            case Verdict.REVOKED:
                request.outcome = Refusal.REVOKED
            case Verdict.EXPIRED:
                request.outcome = Refusal.EXPIRED
            case Verdict.LATE:
                request.outcome = Refusal.LATE
            case Verdict.OLD:
                request.outcome = Refusal.OLD
            case Verdict.RETRY | Verdict.CURRENT if request.resource not in (None, *self.granted):
                request.outcome = Refusal.RESOURCE
            case Verdict.RETRY:
                request.outcome = self.generation

    def read_for_exchange(self, request: Expected) -> None:
        """The exchange read client and grant."""
        if self._client_has_expired(request):
            return
        if self.is_redeemed:
            request.outcome = Refusal.CODE_REPLAYED
        elif self.is_revoked:
            request.outcome = Refusal.REVOKED
        elif request.now >= self.code_expires_at:
            request.outcome = Refusal.CODE_EXPIRED

    def _client_has_expired(self, request: Expected) -> bool:
        if request.now >= self.client_used_at + self.client_lifetime:
            request.outcome = Refusal.CLIENT_EXPIRED
        return request.outcome is Refusal.CLIENT_EXPIRED

    # ---- What a write changes ------------------------------------------------------------

    def note_use(self, request: Expected) -> None:
        """The client's use was written down."""
        self.client_used_at = request.now

    def redeem(self, request: Expected) -> None:
        """The exchange tried to mark the code used; it knows its own second attempt."""
        if not self.is_redeemed and not self.is_revoked:
            self.is_redeemed = request.redeemed = True
            self.generation = 0
            self.narrowed[0] = None, None
            self.expires_at = request.now + self.refresh_token_lifetime
        request.outcome = 0 if request.redeemed else Refusal.CODE_REPLAYED

    def rotate(self, request: Expected) -> None:
        """The refresh request, which had found its token current, tried to rotate it."""
        match self.verdict(request.generation, request.now):
            case Verdict.CURRENT:
                self.generation += 1
                self.rotated_at = request.now
                self.narrowed[self.generation] = request.resource, request.scope
                self.expires_at = request.now + self.refresh_token_lifetime
                request.outcome = self.generation
            case Verdict.RETRY | Verdict.LATE:  # another, or its own first attempt, was faster
                request.outcome = self.generation
            case Verdict.OLD:
                request.outcome = Refusal.OVERTAKEN
            case Verdict.REVOKED:
                request.outcome = Refusal.REVOKED
            case Verdict.EXPIRED:
                request.outcome = Refusal.EXPIRED

    def revoke(self) -> None:
        """Somebody revoked the grant."""
        self.is_revoked = True
