"""Providers' own access tokens, kept for tools where the operator allows that.

They are sealed where they are kept, for one person and provider, and no client ever gets one.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from gatehouse.errors import GatehouseError
from gatehouse.signin.providers.arrival import UpstreamTokens
from gatehouse.signin.providers.errors import CannotSignIn, ProviderUnavailable
from gatehouse.signin.providers.identity_providers import IdentityProviders
from gatehouse.signin.providers.provider import Provider

if TYPE_CHECKING:
    from gatehouse.storage.contract.providers import UpstreamTokenStore

# Whoever has not signed in for so long, and whose tools asked for none, has none.
_LIFETIME: Final = 90 * 86400
_AHEAD: Final = 60  # seconds before its end in which a token is no longer handed out


class NoToken(GatehouseError):
    """A tool cannot have a token; the message is in words for the model and its person."""


class Sealed(Protocol):
    """Seals what is one person's at one provider, and opens it for the same alone."""

    def seal(self, plain: bytes, *, subject: str, provider: str) -> tuple[bytes, bytes]: ...

    def unseal(self, sealed: tuple[bytes, bytes], *, subject: str, provider: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class KeptTokens:
    """The tokens as they are kept: encrypted, and the key to that, sealed. Epoch seconds."""

    subject: str
    provider: str
    sealed_key: bytes
    sealed_tokens: bytes
    kept_at: int
    expires_at: int


class ToolTokens:
    """Keeps the tokens of people who sign in, and gives them to tools, anew where they expired."""

    def __init__(
        self,
        providers: IdentityProviders,
        store: "UpstreamTokenStore",
        sealed: Sealed,
        clock: Callable[[], int],
    ) -> None:
        self._providers = providers
        self._store = store
        self._sealed = sealed
        self._clock = clock

    def keep(self, subject: str, provider: Provider, tokens: UpstreamTokens) -> None:
        """Keep what came with a sign-in, where the operator allows that."""
        now = self._clock()
        key, sealed = self._sealed.seal(
            json.dumps(tokens).encode(), subject=subject, provider=provider.id
        )
        self._store.keep(KeptTokens(subject, provider.id, key, sealed, now, now + _LIFETIME))

    def access_token(self, subject: str, provider_id: str) -> str:
        """The access token of a person at a provider. Raises `NoToken` and `Unavailable`."""
        if not self._providers.tokens_for_tools:
            raise NoToken("This server gives tools no tokens of identity providers here")
        provider = self._providers.find(provider_id)
        if provider is None:
            raise NoToken(f"This server has no identity provider {provider_id}")
        tokens = self._find(subject, provider)
        if tokens is None:
            raise NoToken(f"The person has to sign in with {provider.name} first")
        if tokens.expires_at is None or self._clock() < tokens.expires_at - _AHEAD:
            return tokens.access_token
        return self._refreshed(subject, provider, tokens).access_token

    def _find(self, subject: str, provider: Provider) -> UpstreamTokens | None:
        kept = self._store.find(subject, provider.id)
        if kept is None or kept.expires_at <= self._clock():
            return None
        plain = self._sealed.unseal(
            (kept.sealed_key, kept.sealed_tokens), subject=subject, provider=provider.id
        )
        return UpstreamTokens(*json.loads(plain))

    def _refreshed(
        self, subject: str, provider: Provider, tokens: UpstreamTokens
    ) -> UpstreamTokens:
        if tokens.refresh_token is None:
            raise NoToken(f"What {provider.name} gave has expired: the person has to sign in again")
        try:
            upstream = self._providers.upstream(provider)
            fresh = upstream.refreshed(tokens, now=self._clock())
        except ProviderUnavailable:
            raise NoToken(f"{provider.name} does not answer just now") from None
        except CannotSignIn:
            # another call may have used the refresh token this moment
            found = self._find(subject, provider)
            if found is None or found == tokens:
                raise NoToken(f"{provider.name} wants the person to sign in again") from None
            return found
        self.keep(subject, provider, fresh)
        return fresh
