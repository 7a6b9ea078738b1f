"""What may be used once: remembered when everything else was checked, and before it has effect."""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gatehouse.errors import OAuthError
from gatehouse.oauth.secret_values import digest
from gatehouse.story import Story

if TYPE_CHECKING:
    from gatehouse.storage.contract.grants import ReplayStore

# It is remembered a little longer than it is good, as the functions' clocks may differ.
_LONGER: Final = 60


@dataclass(frozen=True, slots=True)
class _Use:
    use_id: str
    expires_at: int
    refusal: OAuthError


@dataclass(slots=True)
class SingleUse:
    """The assertions of one request, which has to come without any that was used before.

    A request that is refused uses up nothing, so whoever checks an assertion only notes it; what
    the request asks for is done after `require_first`. `replays` may be None where none can come.
    """

    replays: "ReplayStore | None" = None
    _noted: list[_Use] = field(default_factory=list)

    def note(
        self, kind: str, issuer: str, jti: str, *, expires_at: int, refusal: OAuthError
    ) -> None:
        """Have `refusal` raised if an assertion of that kind, issuer and id was used before."""
        # RFC 7519 section 4.1.7: a jti is unique to its issuer, and two kinds may share an issuer
        use_id = digest(json.dumps([kind, issuer, jti]))
        self._noted.append(_Use(use_id, expires_at + _LONGER, refusal))

    def require_first(self, *, now: int, story: Story) -> None:
        """Use up what was noted, for good. Raises the refusal of whatever was used before."""
        for use in self._noted:
            if self.replays is None:
                raise RuntimeError("this function has no table of what was used")
            if not self.replays.first_time(use.use_id, now=now, expires_at=use.expires_at):
                story.outcome = "assertion_replayed"
                raise use.refusal
        self._noted.clear()
