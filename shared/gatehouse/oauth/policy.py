"""The operator's choices that the protocol obeys."""

from collections.abc import Sequence
from dataclasses import dataclass

from gatehouse.oauth.capabilities import (
    CODE_CHALLENGE_METHODS,
    GRANT_PROFILES,
    GRANT_TYPES,
    JWT_BEARER,
    OPERATOR_GRANT_TYPES,
)


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
    trusted_issuers: tuple[str, ...] = ()

    @property
    def grant_types(self) -> tuple[str, ...]:
        """The grant types of this stack: assertions are for those who trust an issuer of them."""
        return tuple(each for each in GRANT_TYPES if each != JWT_BEARER or self.trusted_issuers)

    @property
    def registrable_grant_types(self) -> tuple[str, ...]:
        """Those of them that a client can give itself."""
        return tuple(each for each in self.grant_types if each not in OPERATOR_GRANT_TYPES)

    @property
    def grant_profiles(self) -> tuple[str, ...]:
        """The profiles of the grant for assertions that are served."""
        return GRANT_PROFILES if self.trusted_issuers else ()
