"""Stores over the template's own tables; as many as wanted, since a client is for one thread."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gatehouse.aws.client import AwsClient
from gatehouse.storage.clients import DynamoDBClientStore
from gatehouse.storage.grants import DynamoDBGrantStore
from gatehouse.storage.keys import DynamoDBKeyStore
from gatehouse.storage.people import DynamoDBPeopleStore
from gatehouse.storage.table import Table
from local.account import CREDENTIALS, REGION
from local.engines import Engines
from local.seed import create_tables
from local.template import Template

TEMPLATE = Path(__file__).parents[2] / "template.yaml"


class Stores:
    """Every store, each call a new one with a connection of its own."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._open: list[AwsClient] = []

    def clients(self) -> DynamoDBClientStore:
        return DynamoDBClientStore(self._table("ClientsTable"))

    def grants(self) -> DynamoDBGrantStore:
        return DynamoDBGrantStore(self._table("GrantsTable"))

    def people(self) -> DynamoDBPeopleStore:
        return DynamoDBPeopleStore(self._table("UsersTable"))

    def keys(self) -> DynamoDBKeyStore:
        return DynamoDBKeyStore(self._table("KeysTable"))

    def close(self) -> None:
        for client in self._open:
            client.close()

    def _table(self, name: str) -> Table:
        client = AwsClient(
            "dynamodb",
            "DynamoDB_20120810",
            region=REGION,
            endpoint=self._endpoint,
            content_type="application/x-amz-json-1.0",
        )
        self._open.append(client)
        return Table(client, name)


@pytest.fixture
def stores(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stores]:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    declared = Template(TEMPLATE).resolve({}, {})
    create_tables(declared.tables, endpoint=engines.dynamodb.url)
    stores = Stores(engines.dynamodb.url)
    yield stores
    stores.close()
