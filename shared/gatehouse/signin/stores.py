"""Where signing in keeps what it keeps."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from gatehouse.oauth.clients.directory import ClientDirectory
    from gatehouse.signin.providers.identity_providers import IdentityProviders
    from gatehouse.signin.providers.tool_tokens import ToolTokens
    from gatehouse.storage.contract.attempts import AttemptStore
    from gatehouse.storage.contract.grants import ConsentStore, GrantStore, ReplayStore
    from gatehouse.storage.contract.invitations import InvitationStore
    from gatehouse.storage.contract.passkeys import PasskeyStore, PendingSignInStore
    from gatehouse.storage.contract.people import PeopleStore
    from gatehouse.storage.contract.providers import IdentityStore, ProviderAttemptStore


class SignInStores(Protocol):
    """Each is built when it is asked for, as a page needs one or two of them."""

    @property
    def people(self) -> "PeopleStore":
        """People and their browser sessions."""

    @property
    def attempts(self) -> "AttemptStore":
        """Counters of failed sign-ins, and the browsers that are known to accounts."""

    @property
    def invitations(self) -> "InvitationStore":
        """Links that an operator handed out."""

    @property
    def provider_attempts(self) -> "ProviderAttemptStore":
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

    @property
    def grants(self) -> "GrantStore":
        """What people allowed clients, for the page where they see it and end it."""

    @property
    def consents(self) -> "ConsentStore":
        """What is remembered of it."""

    @property
    def clients(self) -> "ClientDirectory":
        """Whom they allowed it."""

    @property
    def passkeys(self) -> "PasskeyStore":
        """The passkeys of people."""

    @property
    def pending_sign_ins(self) -> "PendingSignInStore":
        """Who has given a password and still has to show a passkey."""

    @property
    def replays(self) -> "ReplayStore":
        """What was used and may not be used again."""
