"""The operator's choices that the protocol obeys."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from gatehouse.oauth.capabilities import (
    CODE_CHALLENGE_METHODS,
    GRANT_PROFILES,
    GRANT_TYPES,
    JWT_BEARER,
    OPERATOR_GRANT_TYPES,
)
from gatehouse.oauth.scopes import ScopeCatalogue
from gatehouse_scopes import CATALOGUE

# The most that the stack's parameter allows: for so long a signing key outlives its last use.
LONGEST_ACCESS_TOKEN: Final = 86400


class Policy(NamedTuple):
    """Stack parameters, as the protocol needs them. Durations are seconds.

    `trusted_client_domains` are the hosts whose client ID metadata documents are read; one with a
    dot in front stands for every host below it, None for every host there is.
    """

    code_challenge_methods: Sequence[str] = CODE_CHALLENGE_METHODS
    authorization_code_lifetime: int = 60
    access_token_lifetime: int = 3600
    refresh_token_lifetime: int = 30 * 86400
    refresh_grace: int = 60
    client_lifetime: int = 90 * 86400
    consent_lifetime: int = 90 * 86400
    advertise_iss_parameter: bool = True
    resources: tuple[str, ...] = ()
    scopes: ScopeCatalogue = CATALOGUE
    trusted_client_domains: tuple[str, ...] | None = None
    trusted_issuers: tuple[str, ...] = ()

    @property
    def retry_grace(self) -> int:
        """For how long a refresh token that was rotated gets its answer again.

        No longer than the access token in that answer is good.
        """
        return min(self.refresh_grace, self.access_token_lifetime)

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

    def trusts_client_domain(self, domain: str) -> bool:
        """Whether documents of that host are read; one that names a port is on no list."""
        domains = self.trusted_client_domains
        if domains is None:
            return True
        return any(
            domain.endswith(name) if name.startswith(".") else domain == name for name in domains
        )
