"""The stack of `make local`, found by its port."""

import json
from functools import cached_property
from pathlib import Path
from typing import Final, Self

from gatehouse.aws.client import AwsClient
from gatehouse.aws.services import DYNAMODB
from gatehouse.aws.signature import Credentials
from gatehouse.errors import GatehouseError
from gatehouse.storage.clients import DynamoDBClientStore
from gatehouse.storage.people import DynamoDBPeopleStore
from gatehouse.storage.table import Table
from local.account import CREDENTIALS, REGION

_STATE: Final = Path(__file__).parents[1] / ".local"


class NoLocalStack(GatehouseError):
    """No stack has run on that port; the message says where it was looked for."""


class LocalStack:
    """Reads what the stack says of its engines and tables; a `with` block."""

    def __init__(self, port: int) -> None:
        """Raises `NoLocalStack`."""
        file = _STATE / str(port) / "env-vars.json"
        try:
            self._variables: dict[str, str] = json.loads(file.read_text())["Parameters"]
        except (OSError, ValueError, KeyError):
            raise NoLocalStack(f"no stack has run on port {port}: there is no {file}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._dynamodb.close()

    @property
    def clients(self) -> DynamoDBClientStore:
        """Registered clients."""
        return DynamoDBClientStore(Table(self._dynamodb, self._variables["CLIENTS_TABLE"]))

    @property
    def people(self) -> DynamoDBPeopleStore:
        """People and their browser sessions."""
        return DynamoDBPeopleStore(Table(self._dynamodb, self._variables["USERS_TABLE"]))

    @cached_property
    def _dynamodb(self) -> AwsClient:
        endpoint = self._variables["AWS_ENDPOINT_URL_DYNAMODB"]
        return DYNAMODB.client(REGION, endpoint=endpoint, credentials=_credentials)


def _credentials() -> Credentials:
    return Credentials(CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"])
