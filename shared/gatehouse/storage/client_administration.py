"""Clients in DynamoDB, as the operator sees them."""

import json
from collections.abc import Iterator
from typing import Any

from gatehouse.oauth.clients.client import Client
from gatehouse.oauth.clients.document_rules import names_document
from gatehouse.oauth.clients.kept_documents import KeptDocument
from gatehouse.storage.attributes import read
from gatehouse.storage.clients import TOMBSTONE_LIFETIME
from gatehouse.storage.table import ConditionFailed, Table


class DynamoDBClientAdministration:
    """Keeps the promises of `ClientAdministration`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def all(self) -> Iterator[Client]:
        return (client for item in self._table.scan() if (client := _from_item(item)))

    def find(self, client_id: str) -> Client | None:
        item = self._table.get(client_id=client_id)
        return _from_item(item) if item else None

    def end(self, client_id: str, *, now: int) -> bool:
        if names_document(client_id):
            found = self._table.delete(client_id=client_id)
            return found is not None and "metadata" in found
        try:
            self._table.update(
                {"client_id": client_id},
                # what is left keeps the id for a while, as after a deletion by the client itself
                "SET deleted_at = :now, expires_at = :expires_at"
                " REMOVE metadata, secret_hash, registration_token_hash",
                condition="attribute_exists(metadata)",
                values={":now": now, ":expires_at": now + TOMBSTONE_LIFETIME},
            )
        except ConditionFailed:
            return False
        return True


def _from_item(item: dict[str, Any]) -> Client | None:
    # deleted clients, documents that are being fetched, counts and proofs have none
    if "metadata" not in item:
        return None
    known = item | {"metadata": json.loads(item["metadata"])}
    if names_document(item["client_id"]):
        return read(KeptDocument, known).client()
    return read(Client, known)
