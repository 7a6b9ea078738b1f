"""The operator's choices that the protocol obeys."""

from collections.abc import Sequence
from typing import NamedTuple

from gatehouse.oauth.capabilities import CODE_CHALLENGE_METHODS


class Policy(NamedTuple):
    """Stack parameters, as the protocol needs them. Durations are seconds."""

    code_challenge_methods: Sequence[str] = CODE_CHALLENGE_METHODS
    authorization_code_lifetime: int = 60
    access_token_lifetime: int = 3600
    refresh_token_lifetime: int = 30 * 86400
    refresh_grace: int = 60
    client_lifetime: int = 90 * 86400
    advertise_iss_parameter: bool = True
    resources: tuple[str, ...] = ()
