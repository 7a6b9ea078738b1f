"""Where signing in keeps what it keeps."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from gatehouse.signin.providers.identity_providers import IdentityProviders
    from gatehouse.signin.providers.tool_tokens import ToolTokens
    from gatehouse.storage.contract.people import PeopleStore
    from gatehouse.storage.contract.providers import AttemptStore, IdentityStore


class SignInStores(Protocol):
    """Each is built when it is asked for, as a page needs one or two of them."""

    @property
    def people(self) -> "PeopleStore":
        """People and their browser sessions."""

    @property
    def attempts(self) -> "AttemptStore":
        """Browsers on their way to an identity provider and back."""

    @property
    def identities(self) -> "IdentityStore":
        """Whom the people of identity providers are here."""

    @property
    def providers(self) -> "IdentityProviders":
        """The identity providers, which keep the people of others."""

    @property
    def tool_tokens(self) -> "ToolTokens":
        """The providers' own tokens, for tools."""
