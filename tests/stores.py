"""Stores over the tables of an engine, for tests that look behind the handlers."""

from gatehouse.aws.client import AwsClient
from gatehouse.aws.services import DYNAMODB
from gatehouse.storage.attempts import DynamoDBAttemptStore
from gatehouse.storage.client_documents import DynamoDBClientDocumentStore
from gatehouse.storage.clients import DynamoDBClientStore
from gatehouse.storage.consents import DynamoDBConsentStore
from gatehouse.storage.grants import DynamoDBGrantStore
from gatehouse.storage.invitations import DynamoDBInvitationStore
from gatehouse.storage.keys import DynamoDBKeyStore
from gatehouse.storage.mailbox import DynamoDBMailboxStore
from gatehouse.storage.passkeys import DynamoDBPasskeyStore
from gatehouse.storage.pending_sign_ins import DynamoDBPendingSignInStore
from gatehouse.storage.people import DynamoDBPeopleStore
from gatehouse.storage.providers import (
    DynamoDBIdentityStore,
    DynamoDBProviderAttemptStore,
    DynamoDBUpstreamTokenStore,
)
from gatehouse.storage.replays import DynamoDBReplayStore
from gatehouse.storage.request_state_keys import DynamoDBRequestStateKeyStore
from gatehouse.storage.table import Table
from gatehouse.storage.tasks import DynamoDBTaskStore
from local.account import REGION

PREFIX = "Contract"


class Stores:
    """Every store; each call makes a new one, as a client is for one thread."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._open: list[AwsClient] = []

    def clients(self) -> DynamoDBClientStore:
        return DynamoDBClientStore(self.table("ClientsTable"))

    def client_documents(self) -> DynamoDBClientDocumentStore:
        return DynamoDBClientDocumentStore(self.table("ClientsTable"))

    def grants(self) -> DynamoDBGrantStore:
        return DynamoDBGrantStore(self.table("GrantsTable"))

    def people(self) -> DynamoDBPeopleStore:
        return DynamoDBPeopleStore(self.table("UsersTable"))

    def attempts(self) -> DynamoDBAttemptStore:
        return DynamoDBAttemptStore(self.table("UsersTable"))

    def invitations(self) -> DynamoDBInvitationStore:
        return DynamoDBInvitationStore(self.table("UsersTable"))

    def passkeys(self) -> DynamoDBPasskeyStore:
        return DynamoDBPasskeyStore(self.table("UsersTable"))

    def pending_sign_ins(self) -> DynamoDBPendingSignInStore:
        return DynamoDBPendingSignInStore(self.table("UsersTable"))

    def consents(self) -> DynamoDBConsentStore:
        return DynamoDBConsentStore(self.table("UsersTable"))

    def provider_attempts(self) -> DynamoDBProviderAttemptStore:
        return DynamoDBProviderAttemptStore(self.table("UsersTable"))

    def identities(self) -> DynamoDBIdentityStore:
        return DynamoDBIdentityStore(self.table("UsersTable"))

    def upstream_tokens(self) -> DynamoDBUpstreamTokenStore:
        return DynamoDBUpstreamTokenStore(self.table("UsersTable"))

    def keys(self) -> DynamoDBKeyStore:
        return DynamoDBKeyStore(self.table("KeysTable"))

    def request_state_keys(self) -> DynamoDBRequestStateKeyStore:
        return DynamoDBRequestStateKeyStore(self.table("KeysTable"))

    def replays(self) -> DynamoDBReplayStore:
        return DynamoDBReplayStore(self.table("ReplaysTable"))

    def tasks(self) -> DynamoDBTaskStore:
        return DynamoDBTaskStore(self.table("TasksTable"))

    def mailbox(self) -> DynamoDBMailboxStore:
        return DynamoDBMailboxStore(self.table("MailboxTable"))

    def close(self) -> None:
        for client in self._open:
            client.close()

    def table(self, name: str) -> Table:
        return Table(self.client(), PREFIX + name)

    def client(self) -> AwsClient:
        client = DYNAMODB.client(REGION, endpoint=self._endpoint)
        self._open.append(client)
        return client
