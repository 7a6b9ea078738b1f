"""An identity provider as the operator configured it."""

from typing import Final, NamedTuple

GITHUB: Final = "https://github.com"


class Allowed(NamedTuple):
    """Who may sign in: anybody, or whoever is in one of the lists, which are letter for letter.

    Domains and email addresses are in lower case.
    """

    anyone: bool = False
    domains: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()


class Provider(NamedTuple):
    """One provider. `client_secret` says where the secret is, and is none itself.

    `allowed` is None where only people of the directory may sign in. Addresses of
    `verified_domains` count as verified although the provider does not say so of them.
    `authorization_parameters` are what the provider wants to be told besides.
    """

    id: str
    name: str
    issuer: str
    client_id: str
    client_secret: str
    scope: str = "openid email profile"
    allowed: Allowed | None = None
    verified_domains: frozenset[str] = frozenset()
    groups_claim: str = "groups"
    token_endpoint_auth_method: str | None = None
    authorization_parameters: tuple[tuple[str, str], ...] = ()

    @property
    def wants_groups(self) -> bool:
        """Whether it matters which groups somebody is in."""
        return self.allowed is not None and bool(self.allowed.groups)


class ProviderSettings(NamedTuple):
    """What the stack decides about where people come from.

    `password_sign_in` is whether the page asks for a password as well. `on_loopback` is whether a
    provider may be on this machine, without TLS, as the stack itself is. `tokens_for_tools` is
    whether tools get the providers' own access tokens.
    """

    providers: tuple[Provider, ...]
    password_sign_in: bool
    tokens_for_tools: bool
    on_loopback: bool
    public_url: str = ""
