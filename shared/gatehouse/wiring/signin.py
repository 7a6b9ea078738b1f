"""What signing in asks, built once per process and only when it is asked for."""

from typing import TYPE_CHECKING

from gatehouse import wiring
from gatehouse.wiring.once import once

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
    from gatehouse.storage.table import Table


@once
def people() -> "PeopleStore":
    """People and their browser sessions."""
    from gatehouse.storage.people import DynamoDBPeopleStore

    return DynamoDBPeopleStore(_users())


@once
def attempts() -> "AttemptStore":
    """Counters of failed sign-ins, and the browsers that are known to accounts."""
    from gatehouse.storage.attempts import DynamoDBAttemptStore

    return DynamoDBAttemptStore(_users())


@once
def invitations() -> "InvitationStore":
    """Links that an operator handed out."""
    from gatehouse.storage.invitations import DynamoDBInvitationStore

    return DynamoDBInvitationStore(_users())


@once
def consents() -> "ConsentStore":
    """What people allowed clients before."""
    from gatehouse.storage.consents import DynamoDBConsentStore

    return DynamoDBConsentStore(_users())


@once
def provider_attempts() -> "ProviderAttemptStore":
    """Browsers on their way to an identity provider and back."""
    from gatehouse.storage.providers import DynamoDBProviderAttemptStore

    return DynamoDBProviderAttemptStore(_users())


@once
def identities() -> "IdentityStore":
    """Whom the people of identity providers are here."""
    from gatehouse.storage.providers import DynamoDBIdentityStore

    return DynamoDBIdentityStore(_users())


def providers() -> "IdentityProviders":
    """The identity providers."""
    from gatehouse.wiring.providers import identity_providers

    return identity_providers()


@once
def passkeys() -> "PasskeyStore":
    """The passkeys of people."""
    from gatehouse.storage.passkeys import DynamoDBPasskeyStore

    return DynamoDBPasskeyStore(_users())


@once
def pending_sign_ins() -> "PendingSignInStore":
    """Who has given a password and still has to show a passkey."""
    from gatehouse.storage.pending_sign_ins import DynamoDBPendingSignInStore

    return DynamoDBPendingSignInStore(_users())


def _users() -> "Table":
    return wiring.table(wiring.settings().users_table)


class Stores:
    """Everything that signing in keeps, as `SignInStores` has it."""

    @property
    def people(self) -> "PeopleStore":
        return people()

    @property
    def attempts(self) -> "AttemptStore":
        return attempts()

    @property
    def invitations(self) -> "InvitationStore":
        return invitations()

    @property
    def provider_attempts(self) -> "ProviderAttemptStore":
        return provider_attempts()

    @property
    def identities(self) -> "IdentityStore":
        return identities()

    @property
    def providers(self) -> "IdentityProviders":
        return providers()

    @property
    def tool_tokens(self) -> "ToolTokens":
        from gatehouse.wiring.providers import tool_tokens

        return tool_tokens()

    @property
    def grants(self) -> "GrantStore":
        return wiring.grants()

    @property
    def consents(self) -> "ConsentStore":
        return consents()

    @property
    def clients(self) -> "ClientDirectory":
        return wiring.clients()

    @property
    def passkeys(self) -> "PasskeyStore":
        return passkeys()

    @property
    def pending_sign_ins(self) -> "PendingSignInStore":
        return pending_sign_ins()

    @property
    def replays(self) -> "ReplayStore":
        return wiring.replays()
