"""The operator's choices that the protocol obeys."""

from collections.abc import Sequence
from dataclasses import dataclass

from gatehouse.oauth.capabilities import CODE_CHALLENGE_METHODS
from gatehouse.oauth.scopes import ScopeCatalogue
from gatehouse_scopes import CATALOGUE


@dataclass(frozen=True, slots=True)
class Policy:
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

    def trusts_client_domain(self, domain: str) -> bool:
        """Whether documents of that host are read; one that names a port is on no list."""
        domains = self.trusted_client_domains
        if domains is None:
            return True
        return any(
            domain.endswith(name) if name.startswith(".") else domain == name for name in domains
        )
