"""The dependencies of the handlers, built once per process and only when they are asked for."""

import time
from functools import cache
from typing import TYPE_CHECKING

from gatehouse.settings import Settings, TokenSettings, read_settings, read_token_settings

if TYPE_CHECKING:
    from gatehouse.aws.client import AwsClient
    from gatehouse.aws.services import Service
    from gatehouse.keys.sealing import Seal
    from gatehouse.keys.signing_keys import SigningKeys
    from gatehouse.keys.upkeep import KeyUpkeep
    from gatehouse.oauth.clients.assertions import ClientAssertions
    from gatehouse.oauth.clients.directory import ClientDirectory
    from gatehouse.oauth.clients.published_keys import PublishedKeys
    from gatehouse.oauth.documents import Document, FetchDocument
    from gatehouse.oauth.trusted_issuers import TrustedIssuers
    from gatehouse.storage.contract import (
        ConsentStore,
        GrantStore,
        KeyStore,
        PeopleStore,
        RegistrationStore,
        ReplayStore,
    )
    from gatehouse.storage.table import Table

_open_clients: "list[AwsClient]" = []


def now() -> int:
    """The time, in epoch seconds."""
    return int(time.time())


@cache
def settings() -> Settings:
    """The environment, parsed."""
    return read_settings()


@cache
def token_settings() -> TokenSettings:
    """The part of it that a token is checked by, which is all that some functions have."""
    return read_token_settings()


@cache
def clients() -> "ClientDirectory":
    """Every client, wherever it comes from."""
    return _directory(_table(settings().clients_table))


@cache
def client_store() -> "RegistrationStore":
    """Registered clients, for whoever changes them."""
    from gatehouse.storage.clients import DynamoDBClientStore

    return DynamoDBClientStore(_table(settings().clients_table))


@cache
def fetch_document() -> "FetchDocument":
    """Fetches what others publish: key sets, and the metadata of issuers."""
    from gatehouse.fetch.documents import DocumentFetcher

    return DocumentFetcher(largest=64 * 1024)


def _fetch_document(url: str) -> "Document":
    # What fetching takes is loaded when there is something to fetch
    return fetch_document()(url)


def _fetch_client_document(url: str) -> "Document":
    return _client_document_fetcher()(url)


@cache
def _client_document_fetcher() -> "FetchDocument":
    from gatehouse.fetch.documents import DocumentFetcher

    return DocumentFetcher(largest=5 * 1024)


@cache
def grants() -> "GrantStore":
    """Grants, with their codes and refresh tokens."""
    from gatehouse.storage.grants import DynamoDBGrantStore

    return DynamoDBGrantStore(_table(token_settings().grants_table))


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
    tables = read_ahead(_client(DYNAMODB), keys)
    return _directory(tables[of_clients]), DynamoDBGrantStore(tables[of_grants])


@cache
def replays() -> "ReplayStore":
    """What may be used once."""
    from gatehouse.storage.replays import DynamoDBReplayStore

    return DynamoDBReplayStore(_table(settings().replays_table))


@cache
def client_key_sets() -> "PublishedKeys":
    """The key sets that clients publish, for a function that authenticates them."""
    from gatehouse.oauth.clients.published_keys import PublishedKeys
    from gatehouse.storage.client_documents import DynamoDBClientDocumentStore

    store = DynamoDBClientDocumentStore(_table(settings().clients_table))
    return PublishedKeys(_fetch_document, store, lifetime=settings().policy.client_lifetime)


def client_assertions(issuer: str, path: str) -> "ClientAssertions":
    """What judges the client assertion of one request to `path` of `issuer`."""
    from gatehouse.oauth.clients.assertions import ClientAssertions
    from gatehouse.oauth.single_use import SingleUse

    return ClientAssertions(issuer, path, client_key_sets(), SingleUse(replays()))


@cache
def trusted_issuers() -> "TrustedIssuers":
    """The identity providers whose assertions count."""
    from gatehouse.oauth.trusted_issuers import TrustedIssuers

    return TrustedIssuers(settings().policy.trusted_issuers, _fetch_document)


@cache
def people() -> "PeopleStore":
    """The built-in directory and its browser sessions."""
    from gatehouse.storage.people import DynamoDBPeopleStore

    return DynamoDBPeopleStore(_table(settings().users_table))


@cache
def consents() -> "ConsentStore":
    """What people allowed clients before."""
    from gatehouse.storage.consents import DynamoDBConsentStore

    return DynamoDBConsentStore(_table(settings().users_table))


def key_store() -> "KeyStore":
    """Signing keys as they are stored, for whoever adds one."""
    from gatehouse.storage.keys import DynamoDBKeyStore

    return DynamoDBKeyStore(_table(token_settings().keys_table))


@cache
def seal() -> "Seal":
    """What private keys are stored under."""
    from gatehouse.aws.kms import KeyEncryption
    from gatehouse.aws.services import KMS

    return KeyEncryption(_client(KMS), settings().key_encryption_key)


@cache
def signing_keys() -> "SigningKeys":
    """The keys that sign access tokens, for a function that may unseal them."""
    from gatehouse.keys.signing_keys import SigningKeys

    return SigningKeys(key_store(), seal(), now)


@cache
def verification_keys() -> "SigningKeys":
    """The same keys, for a function that only verifies or publishes."""
    from gatehouse.keys.signing_keys import SigningKeys

    return SigningKeys(key_store(), None, now)


@cache
def key_upkeep() -> "KeyUpkeep":
    """The use cases that make signing keys and drop them."""
    from gatehouse.keys.upkeep import KeyUpkeep

    return KeyUpkeep(key_store(), seal(), now, key_lifetime=settings().key_lifetime)


def close() -> None:
    """Forget everything that was built, and close the connections. A handler never has to."""
    for client in _open_clients:
        client.close()
    _open_clients.clear()
    for built in globals().values():
        if hasattr(built, "cache_clear"):
            built.cache_clear()


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


def _table(name: str) -> "Table":
    from gatehouse.aws.services import DYNAMODB
    from gatehouse.storage.table import Table

    return Table(_client(DYNAMODB), name)


@cache
def _client(service: "Service") -> "AwsClient":
    client = service.client(token_settings().region)
    _open_clients.append(client)
    return client
