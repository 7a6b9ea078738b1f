"""The dependencies of the handlers, built once per process and only when they are asked for."""

import time
from typing import TYPE_CHECKING

from gatehouse.settings import (
    Settings,
    TaskSettings,
    TokenSettings,
    read_settings,
    read_task_function,
    read_task_settings,
    read_token_settings,
)
from gatehouse.wiring.once import forget, once

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from gatehouse.aws.client import AwsClient
    from gatehouse.aws.invocations import Invocations
    from gatehouse.aws.services import Service
    from gatehouse.documents import Document, FetchDocument
    from gatehouse.keys.request_states import RequestStates
    from gatehouse.keys.sealing import Seal
    from gatehouse.keys.signing_keys import SigningKeys
    from gatehouse.keys.upkeep import KeyUpkeep
    from gatehouse.mcp.tasks.tasks import Tasks
    from gatehouse.oauth.clients.assertions import ClientAssertions
    from gatehouse.oauth.clients.directory import ClientDirectory
    from gatehouse.oauth.clients.published_keys import PublishedKeys
    from gatehouse.oauth.trusted_issuers import TrustedIssuers
    from gatehouse.storage.contract.clients import RegistrationStore
    from gatehouse.storage.contract.grants import GrantStore, ReplayStore
    from gatehouse.storage.contract.keys import KeyStore, RequestStateKeyStore
    from gatehouse.storage.contract.mcp import MailboxStore
    from gatehouse.storage.table import Table

_open_clients: "list[AwsClient]" = []


def now() -> int:
    """The time, in epoch seconds."""
    return int(time.time())


def pause(seconds: float) -> None:
    """Do nothing for a while."""
    time.sleep(seconds)


@once
def settings() -> Settings:
    """The environment, parsed."""
    return read_settings()


@once
def token_settings() -> TokenSettings:
    """The part of it that a token is checked by, which is all that some functions have."""
    return read_token_settings()


@once
def clients() -> "ClientDirectory":
    """Every client, wherever it comes from."""
    return _directory(table(settings().clients_table))


@once
def client_store() -> "RegistrationStore":
    """Registered clients, for whoever changes them."""
    from gatehouse.storage.clients import DynamoDBClientStore

    return DynamoDBClientStore(table(settings().clients_table))


@once
def fetch_document() -> "FetchDocument":
    """Fetches what others publish: key sets, and the metadata of issuers."""
    from gatehouse.fetch.documents import DocumentFetcher

    return DocumentFetcher(largest=64 * 1024)


def _fetch_document(url: str) -> "Document":
    # What fetching takes is loaded when there is something to fetch
    return fetch_document()(url)


def _fetch_client_document(url: str) -> "Document":
    return _client_document_fetcher()(url)


@once
def _client_document_fetcher() -> "FetchDocument":
    from gatehouse.fetch.documents import DocumentFetcher

    return DocumentFetcher(largest=5 * 1024)


@once
def grants() -> "GrantStore":
    """Grants, with their codes and refresh tokens."""
    from gatehouse.storage.grants import DynamoDBGrantStore

    return DynamoDBGrantStore(table(token_settings().grants_table))


def clients_and_grants(
    client_id: str | None, grant_id: str | None
) -> "tuple[ClientDirectory, GrantStore]":
    """`clients()` and `grants()` for one request; if it names one of each, one call reads both."""
    if client_id is None or grant_id is None:
        return clients(), grants()
    from gatehouse.aws.services import DYNAMODB
    from gatehouse.storage.grants import DynamoDBGrantStore
    from gatehouse.storage.read_ahead import read_ahead

    of_clients, of_grants = settings().clients_table, settings().grants_table
    keys = {of_clients: {"client_id": client_id}, of_grants: {"grant_id": grant_id}}
    tables = read_ahead(aws_client(DYNAMODB), keys)
    return _directory(tables[of_clients]), DynamoDBGrantStore(tables[of_grants])


@once
def replays() -> "ReplayStore":
    """What may be used once."""
    from gatehouse.storage.replays import DynamoDBReplayStore

    return DynamoDBReplayStore(table(settings().replays_table))


@once
def mailbox() -> "MailboxStore":
    """The streams of HTTP+SSE and what is sent through them, for the function that has them."""
    from gatehouse.settings import read_mailbox_table
    from gatehouse.storage.mailbox import DynamoDBMailboxStore

    return DynamoDBMailboxStore(table(read_mailbox_table()))


@once
def client_key_sets() -> "PublishedKeys":
    """The key sets that clients publish, for a function that authenticates them."""
    from gatehouse.oauth.clients.published_keys import PublishedKeys
    from gatehouse.storage.client_documents import DynamoDBClientDocumentStore

    store = DynamoDBClientDocumentStore(table(settings().clients_table))
    return PublishedKeys(_fetch_document, store, lifetime=settings().policy.client_lifetime)


def client_assertions(issuer: str, path: str) -> "ClientAssertions":
    """What judges the client assertion of one request to `path` of `issuer`."""
    from gatehouse.oauth.clients.assertions import ClientAssertions
    from gatehouse.oauth.single_use import SingleUse

    return ClientAssertions(issuer, path, client_key_sets(), SingleUse(replays()))


@once
def trusted_issuers() -> "TrustedIssuers":
    """The identity providers whose assertions count."""
    from gatehouse.oauth.trusted_issuers import TrustedIssuers

    return TrustedIssuers(settings().policy.trusted_issuers, _fetch_document)


@once
def task_settings() -> TaskSettings:
    """The part of the environment that is about tasks."""
    return read_task_settings()


@once
def tasks() -> "Tasks":
    """Calls of tools that go on after their answer."""
    from gatehouse.mcp.tasks.tasks import Tasks
    from gatehouse.storage.tasks import DynamoDBTaskStore
    from gatehouse.task_runs import TaskRunner

    ours = task_settings()
    store = DynamoDBTaskStore(table(ours.tasks_table))
    return Tasks(store, TaskRunner(_hand_over), now, lifetime=ours.lifetime, timeout=ours.timeout)


def _hand_over(event: "Mapping[str, Any]") -> None:
    # What runs tasks has no function to hand them to
    _task_function().invoke(event)


@once
def _task_function() -> "Invocations":
    from gatehouse.aws.invocations import Invocations

    client = Invocations(read_task_function(), token_settings().region)
    _open_clients.append(client)
    return client


def key_store() -> "KeyStore":
    """Signing keys as they are stored, for whoever adds one."""
    from gatehouse.storage.keys import DynamoDBKeyStore

    return DynamoDBKeyStore(table(token_settings().keys_table))


@once
def seal() -> "Seal":
    """What private keys are stored under."""
    from gatehouse.aws.kms import KeyEncryption
    from gatehouse.aws.services import KMS

    return KeyEncryption(aws_client(KMS), settings().key_encryption_key)


@once
def signing_keys() -> "SigningKeys":
    """The keys that sign access tokens, for a function that may unseal them."""
    from gatehouse.keys.signing_keys import SigningKeys

    return SigningKeys(key_store(), seal(), now)


@once
def verification_keys() -> "SigningKeys":
    """The same keys, for a function that only verifies or publishes."""
    from gatehouse.keys.signing_keys import SigningKeys

    return SigningKeys(key_store(), None, now)


def request_state_key_store() -> "RequestStateKeyStore":
    """The keys of `requestState` as they are stored."""
    from gatehouse.storage.request_state_keys import DynamoDBRequestStateKeyStore

    return DynamoDBRequestStateKeyStore(table(settings().keys_table))


@once
def request_states() -> "RequestStates":
    """What seals the state of calls that ask somebody something."""
    from gatehouse.keys.request_states import RequestStates

    return RequestStates(request_state_key_store(), seal(), now)


@once
def key_upkeep() -> "KeyUpkeep":
    """The use cases that make signing keys and drop them."""
    from gatehouse.keys.upkeep import KeyUpkeep

    return KeyUpkeep(key_store(), seal(), now, key_lifetime=settings().key_lifetime)


def close() -> None:
    """Forget everything that was built, and close the connections. A handler never has to."""
    for client in _open_clients:
        client.close()
    _open_clients.clear()
    forget()


def _directory(table: "Table") -> "ClientDirectory":
    from gatehouse.oauth.clients.directory import ClientDirectory
    from gatehouse.oauth.clients.document_clients import DocumentClients
    from gatehouse.storage.client_documents import DynamoDBClientDocumentStore
    from gatehouse.storage.clients import DynamoDBClientStore

    documents, policy = DynamoDBClientDocumentStore(table), settings().policy
    published = DocumentClients(
        documents, _fetch_client_document, time.sleep, lifetime=policy.client_lifetime
    )
    return ClientDirectory(DynamoDBClientStore(table), published, policy)


def table(name: str) -> "Table":
    """The table of that name."""
    from gatehouse.aws.services import DYNAMODB
    from gatehouse.storage.table import Table

    return Table(aws_client(DYNAMODB), name)


@once
def aws_client(service: "Service") -> "AwsClient":
    """The client of one service of AWS."""
    client = service.client(token_settings().region)
    _open_clients.append(client)
    return client
