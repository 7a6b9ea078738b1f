"""What signing in asks, built once per process and only when it is asked for."""

from typing import TYPE_CHECKING

from gatehouse import wiring
from gatehouse.wiring.once import once

if TYPE_CHECKING:
    from gatehouse.storage.contract.attempts import AttemptStore
    from gatehouse.storage.contract.grants import ConsentStore
    from gatehouse.storage.contract.invitations import InvitationStore
    from gatehouse.storage.contract.people import PeopleStore
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
