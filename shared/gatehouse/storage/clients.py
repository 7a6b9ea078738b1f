"""Clients in DynamoDB."""

import json
from typing import Any

from gatehouse.oauth.clients import Client
from gatehouse.storage.attributes import read
from gatehouse.storage.table import ConditionFailed, Table


class DynamoDBClientStore:
    """Keeps the promises of `ClientStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, client: Client) -> None:
        self._table.put(
            {
                "client_id": client.client_id,
                # as one string: its members are the RFC's, and no query asks for them
                "metadata": json.dumps(client.metadata),
                "issued_at": client.issued_at,
                "last_used_at": client.last_used_at,
                "expires_at": client.expires_at,
                "secret_hash": client.secret_hash,
                "added_by_operator": client.added_by_operator or None,
                "allowed_resources": client.allowed_resources or None,
            }
        )

    def get(self, client_id: str) -> Client | None:
        item = self._table.get(client_id=client_id)
        return _from_item(item) if item else None

    def note_use(self, client_id: str, now: int, expires_at: int) -> None:
        try:
            self._table.update(
                {"client_id": client_id},
                "SET last_used_at = :now, expires_at = :expires_at",
                condition="attribute_exists(client_id)",
                values={":now": now, ":expires_at": expires_at},
            )
        except ConditionFailed:
            return


def _from_item(item: dict[str, Any]) -> Client:
    return read(Client, item | {"metadata": json.loads(item["metadata"])})
