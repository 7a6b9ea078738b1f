"""The dependencies of the handlers, built once per process and only when they are asked for."""

import time
from functools import cache
from typing import TYPE_CHECKING

from gatehouse.settings import Settings, read_settings

if TYPE_CHECKING:
    from gatehouse.aws.client import AwsClient
    from gatehouse.aws.services import Service
    from gatehouse.keys.signing_keys import SigningKeys
    from gatehouse.oauth.clients import ClientDirectory
    from gatehouse.storage.contract import GrantStore, KeyStore, PeopleStore, RegistrationStore
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
def clients() -> "ClientDirectory":
    """Every client, wherever it comes from."""
    from gatehouse.oauth.clients import ClientDirectory

    return ClientDirectory(client_store(), settings().policy)


@cache
def client_store() -> "RegistrationStore":
    """Registered clients, for whoever changes them."""
    from gatehouse.storage.clients import DynamoDBClientStore

    return DynamoDBClientStore(_table(settings().clients_table))


@cache
def grants() -> "GrantStore":
    """Grants, with their codes and refresh tokens."""
    from gatehouse.storage.grants import DynamoDBGrantStore

    return DynamoDBGrantStore(_table(settings().grants_table))


@cache
def people() -> "PeopleStore":
    """The built-in directory and its browser sessions."""
    from gatehouse.storage.people import DynamoDBPeopleStore

    return DynamoDBPeopleStore(_table(settings().users_table))


@cache
def signing_keys() -> "SigningKeys":
    """The keys that sign access tokens, for a function that may unseal them."""
    from gatehouse.aws.kms import KeyEncryption
    from gatehouse.aws.services import KMS
    from gatehouse.keys.signing_keys import SigningKeys

    seal = KeyEncryption(_client(KMS), settings().key_encryption_key)
    return SigningKeys(_key_store(), seal, now)


@cache
def published_keys() -> "SigningKeys":
    """The same keys, for a function that only verifies or publishes."""
    from gatehouse.keys.signing_keys import SigningKeys

    return SigningKeys(_key_store(), None, now)


def close() -> None:
    """Forget everything that was built, and close the connections. A handler never has to."""
    for client in _open_clients:
        client.close()
    _open_clients.clear()
    for built in (
        settings,
        clients,
        client_store,
        grants,
        people,
        signing_keys,
        published_keys,
        _client,
    ):
        built.cache_clear()


def _key_store() -> "KeyStore":
    from gatehouse.storage.keys import DynamoDBKeyStore

    return DynamoDBKeyStore(_table(settings().keys_table))


def _table(name: str) -> "Table":
    from gatehouse.aws.services import DYNAMODB
    from gatehouse.storage.table import Table

    return Table(_client(DYNAMODB), name)


@cache
def _client(service: "Service") -> "AwsClient":
    client = service.client(settings().region)
    _open_clients.append(client)
    return client
