"""A stack as the command meets it, wherever it is: what it keeps, and where clients reach it."""

import time
from abc import ABC, abstractmethod
from functools import cached_property
from typing import Self

from gatehouse.aws.client import AwsClient
from gatehouse.aws.kms import KeyEncryption
from gatehouse.keys.upkeep import KeyUpkeep
from gatehouse.oauth.ending import Ending
from gatehouse.storage.client_administration import DynamoDBClientAdministration
from gatehouse.storage.clients import DynamoDBClientStore
from gatehouse.storage.consents import DynamoDBConsentStore
from gatehouse.storage.grants import DynamoDBGrantStore
from gatehouse.storage.invitations import DynamoDBInvitationStore
from gatehouse.storage.keys import DynamoDBKeyStore
from gatehouse.storage.passkeys import DynamoDBPasskeyStore
from gatehouse.storage.people import DynamoDBPeopleStore
from gatehouse.storage.table import Table


def now() -> int:
    """The time, in epoch seconds."""
    return int(time.time())


class Stack(ABC):
    """A `with` block. Tables go by their names in the template."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for name in ("dynamodb", "kms"):
            if name in vars(self):
                vars(self)[name].close()

    @property
    @abstractmethod
    def issuer(self) -> str:
        """The origin that people's browsers reach it by."""

    @property
    @abstractmethod
    def mcp_url(self) -> str:
        """What is pasted into a client."""

    @property
    @abstractmethod
    def key_lifetime(self) -> int:
        """For how many seconds a signing key signs."""

    @cached_property
    @abstractmethod
    def dynamodb(self) -> AwsClient:
        """Where the tables are."""

    @cached_property
    @abstractmethod
    def kms(self) -> AwsClient:
        """Where signing keys are sealed."""

    @abstractmethod
    def named(self, name: str) -> str:
        """What stands in the stack for a table or key of the template."""

    @property
    def people(self) -> DynamoDBPeopleStore:
        """The built-in directory."""
        return DynamoDBPeopleStore(self._table("UsersTable"))

    @property
    def passkeys(self) -> DynamoDBPasskeyStore:
        """The passkeys of people."""
        return DynamoDBPasskeyStore(self._table("UsersTable"))

    @property
    def invitations(self) -> DynamoDBInvitationStore:
        """Links for those who are invited."""
        return DynamoDBInvitationStore(self._table("UsersTable"))

    @property
    def consents(self) -> DynamoDBConsentStore:
        """What is remembered of what people allowed."""
        return DynamoDBConsentStore(self._table("UsersTable"))

    @property
    def clients(self) -> DynamoDBClientStore:
        """Clients, for whoever adds one."""
        return DynamoDBClientStore(self._table("ClientsTable"))

    @property
    def client_administration(self) -> DynamoDBClientAdministration:
        """Clients of every kind, for whoever looks at them or ends one."""
        return DynamoDBClientAdministration(self._table("ClientsTable"))

    @property
    def grants(self) -> DynamoDBGrantStore:
        """What people allowed clients."""
        return DynamoDBGrantStore(self._table("GrantsTable"))

    @property
    def ending(self) -> Ending:
        """What ends grants, at this moment."""
        return Ending(self.grants, self.consents, now())

    @property
    def keys(self) -> DynamoDBKeyStore:
        """Signing keys."""
        return DynamoDBKeyStore(self._table("KeysTable"))

    @property
    def key_upkeep(self) -> KeyUpkeep:
        """What makes signing keys and takes them out of use. It seals them, and opens none."""
        seal = KeyEncryption(self.kms, self.named("KeyEncryptionKey"))
        return KeyUpkeep(self.keys, seal, now, key_lifetime=self.key_lifetime)

    def _table(self, name: str) -> Table:
        # the name first: where there is no such stack, that says so
        found = self.named(name)
        return Table(self.dynamodb, found)
