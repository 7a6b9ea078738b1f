"""The identity providers of this stack, and who speaks with each."""

from collections.abc import Callable, Iterator

from gatehouse.signin.providers.provider import Provider, ProviderSettings
from gatehouse.signin.providers.upstream import Upstream


class IdentityProviders:
    """Those that the operator configured, in that order."""

    def __init__(self, settings: ProviderSettings, speak: Callable[[Provider], Upstream]) -> None:
        """`speak` gives what speaks with a provider, when one is asked."""
        self._providers = {provider.id: provider for provider in settings.providers}
        self._speak = speak
        self._upstreams: dict[str, Upstream] = {}
        self.password_sign_in = settings.password_sign_in
        self.tokens_for_tools = settings.tokens_for_tools

    def __iter__(self) -> Iterator[Provider]:
        return iter(self._providers.values())

    def find(self, name: str | None) -> Provider | None:
        """The provider with that id."""
        return self._providers.get(name or "")

    def upstream(self, provider: Provider) -> Upstream:
        """Who speaks with it."""
        if provider.id not in self._upstreams:
            self._upstreams[provider.id] = self._speak(provider)
        return self._upstreams[provider.id]
