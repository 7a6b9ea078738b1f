"""The operator's choices that the protocol obeys."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gatehouse.oauth.capabilities import CODE_CHALLENGE_METHODS

# The most that the stack's parameter allows: for so long a signing key outlives its last use.
LONGEST_ACCESS_TOKEN: Final = 86400


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
