"""What signing in asks, built once per process and only when it is asked for."""

from typing import TYPE_CHECKING

from gatehouse import wiring
from gatehouse.wiring.once import once

if TYPE_CHECKING:
    from gatehouse.oauth.clients.directory import ClientDirectory
    from gatehouse.storage.contract.grants import ConsentStore, GrantStore
    from gatehouse.storage.contract.people import PeopleStore
    from gatehouse.storage.table import Table


@once
def people() -> "PeopleStore":
    """People and their browser sessions."""
    from gatehouse.storage.people import DynamoDBPeopleStore

    return DynamoDBPeopleStore(_users())


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
    def grants(self) -> "GrantStore":
        return wiring.grants()

    @property
    def consents(self) -> "ConsentStore":
        return consents()

    @property
    def clients(self) -> "ClientDirectory":
        return wiring.clients()
