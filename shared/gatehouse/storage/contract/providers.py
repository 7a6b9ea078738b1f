"""What storage promises of sign-in by identity providers."""

from typing import Protocol

from gatehouse.signin.providers.accounts import Identity
from gatehouse.signin.providers.attempts import ProviderAttempt
from gatehouse.signin.providers.tool_tokens import KeptTokens


class ProviderAttemptStore(Protocol):
    """Browsers on their way to a provider and back."""

    def add(self, attempt: ProviderAttempt) -> None:
        """Keep a new attempt."""

    def find(self, state_hash: str) -> ProviderAttempt | None:
        """The attempt, if it was not used yet; it may have expired."""

    def use(self, state_hash: str) -> bool:
        """Forget the attempt; whether this call did it, which of several at once one does."""


class IdentityStore(Protocol):
    """Who somebody at a provider is here."""

    def find(self, identity_hash: str) -> Identity | None:
        """The identity, if it was linked; its person may be gone."""

    def link(self, identity: Identity, *, instead_of: str | None) -> bool:
        """Keep the identity; False if it is linked to another person by now.

        `instead_of` is the subject of the person that it was linked to, who is gone.
        """


class UpstreamTokenStore(Protocol):
    """Providers' own tokens, sealed, for tools to use."""

    def keep(self, tokens: KeptTokens) -> None:
        """Keep the tokens of a person at a provider, in the place of earlier ones."""

    def find(self, subject: str, provider: str) -> KeptTokens | None:
        """The tokens, if there are some; they may have expired."""
