"""What asks identity providers, built once per process and only when it is asked for."""

from typing import TYPE_CHECKING, Final

from gatehouse import wiring
from gatehouse.provider_settings import read_provider_settings
from gatehouse.signin.providers.identity_providers import IdentityProviders
from gatehouse.signin.providers.provider import GITHUB, Provider, ProviderSettings
from gatehouse.wiring.once import once

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gatehouse.aws.client_secrets import ClientSecrets
    from gatehouse.documents import ApiAnswer, CallApi, Document, FetchDocument
    from gatehouse.oauth.remembered_documents import RememberedDocuments
    from gatehouse.signin.providers.tool_tokens import ToolTokens
    from gatehouse.signin.providers.upstream import Upstream

# A sign-in asks a provider four things at most, one after the other, and the function has ten
# seconds for all of it.
_SECONDS: Final = 2.0
_LARGEST: Final = 256 * 1024


@once
def settings() -> ProviderSettings:
    """The part of the environment that is about identity providers. Raises `SettingsError`."""
    return read_provider_settings()


@once
def identity_providers() -> IdentityProviders:
    """The providers that the operator configured."""
    return IdentityProviders(settings(), _speak)


@once
def tool_tokens() -> "ToolTokens":
    """The providers' own tokens, for tools."""
    from gatehouse.keys.provider_tokens import ProviderTokenSeal
    from gatehouse.signin.providers.tool_tokens import ToolTokens
    from gatehouse.storage.providers import DynamoDBUpstreamTokenStore

    store = DynamoDBUpstreamTokenStore(wiring.table(wiring.settings().users_table))
    return ToolTokens(identity_providers(), store, ProviderTokenSeal(wiring.seal()), wiring.now)


def _speak(provider: Provider) -> "Upstream":
    if provider.issuer == GITHUB:
        from gatehouse.signin.providers.github import GitHub

        return GitHub(provider, _call, _read_secret)
    from gatehouse.signin.providers.openid import OpenIDProvider

    return OpenIDProvider(
        provider, _documents(), _call, _read_secret, on_loopback=settings().on_loopback
    )


@once
def _documents() -> "RememberedDocuments":
    from gatehouse.oauth.remembered_documents import RememberedDocuments

    return RememberedDocuments(_fetch)


def _fetch(url: str) -> "Document":
    # What fetching takes is loaded when there is something to fetch
    return _fetcher()(url)


@once
def _fetcher() -> "FetchDocument":
    from gatehouse.fetch.documents import DocumentFetcher

    return DocumentFetcher(largest=_LARGEST, seconds=_SECONDS, loopback=settings().on_loopback)


def _call(
    url: str,
    *,
    form: "Mapping[str, str] | None" = None,
    headers: "Mapping[str, str] | None" = None,
) -> "ApiAnswer":
    return _caller()(url, form=form, headers=headers)


@once
def _caller() -> "CallApi":
    from gatehouse.fetch.calls import ApiCaller

    return ApiCaller(largest=_LARGEST, seconds=_SECONDS, loopback=settings().on_loopback)


def _read_secret(reference: str) -> str:
    return _client_secrets()(reference)


@once
def _client_secrets() -> "ClientSecrets":
    from gatehouse.aws.client_secrets import ClientSecrets
    from gatehouse.aws.services import SECRETS_MANAGER, SSM

    return ClientSecrets(
        lambda: wiring.aws_client(SSM), lambda: wiring.aws_client(SECRETS_MANAGER), wiring.now
    )
