"""The operator's choices that the protocol obeys."""

from collections.abc import Sequence
from dataclasses import dataclass

from gatehouse.oauth.capabilities import CODE_CHALLENGE_METHODS


@dataclass(frozen=True, slots=True)
class Policy:
    """Stack parameters, as the protocol needs them. Durations are seconds."""

    code_challenge_methods: Sequence[str] = CODE_CHALLENGE_METHODS
    authorization_code_lifetime: int = 60
    access_token_lifetime: int = 3600
    refresh_token_lifetime: int = 30 * 86400
    refresh_grace: int = 60
    client_lifetime: int = 90 * 86400
    advertise_iss_parameter: bool = True
    resources: tuple[str, ...] = ()

    @property
    def retry_grace(self) -> int:
        """For how long a refresh token that was rotated gets its answer again.

        No longer than the access token in that answer is good.
        """
        return min(self.refresh_grace, self.access_token_lifetime)
