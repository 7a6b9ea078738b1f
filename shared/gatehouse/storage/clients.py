"""Clients in DynamoDB."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from gatehouse.oauth.clients.client import Client
from gatehouse.storage.attributes import read
from gatehouse.storage.table import ConditionFailed, Table

# How long a deleted client keeps its id from others, in seconds: longer than an id can come again.
TOMBSTONE_LIFETIME: Final = 3600

_MANAGED: Final = "registration_token_hash = :registration_token_hash AND expires_at > :now"


class DynamoDBClientStore:
    """Keeps the promises of `RegistrationStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, client: Client) -> bool:
        item = asdict(client) | {
            "metadata": _as_text(client.metadata),
            "added_by_operator": client.added_by_operator or None,
            "allowed_resources": client.allowed_resources or None,
            "resources": client.resources or None,
        }
        try:
            self._table.put(item, condition="attribute_not_exists(client_id)")
        except ConditionFailed as failed:
            # our own second attempt after a lost answer found our own first
            return failed.item is not None and _from_item(failed.item) == client
        return True

    def get(self, client_id: str) -> Client | None:
        item = self._table.get(client_id=client_id)
        return _from_item(item) if item else None

    def get_all(self, client_ids: Sequence[str]) -> list[Client]:
        items = self._table.get_all([{"client_id": each} for each in client_ids])
        return [client for client in map(_from_item, items) if client]

    def note_use(self, client_id: str, now: int, expires_at: int) -> None:
        try:
            self._table.update(
                {"client_id": client_id},
                "SET last_used_at = :now, expires_at = :expires_at",
                # a deleted one has no metadata
                condition="attribute_exists(metadata)",
                values={":now": now, ":expires_at": expires_at},
            )
        except ConditionFailed:
            return

    def share(self, client_id: str, metadata: Mapping[str, Any], *, now: int) -> Client | None:
        return self._changed(
            client_id,
            "REMOVE registration_token_hash",
            condition="metadata = :metadata AND expires_at > :now",
            values={":metadata": _as_text(metadata), ":now": now},
        )

    def change_metadata(
        self,
        client_id: str,
        registration_token_hash: str,
        metadata: Mapping[str, Any],
        *,
        now: int,
    ) -> Client | None:
        return self._changed(
            client_id,
            "SET metadata = :metadata",
            condition=f"{_MANAGED} AND attribute_exists(metadata)",
            values={
                ":metadata": _as_text(metadata),
                ":registration_token_hash": registration_token_hash,
                ":now": now,
            },
        )

    def delete(self, client_id: str, registration_token_hash: str, *, now: int) -> bool:
        try:
            self._table.update(
                {"client_id": client_id},
                # what is left keeps the id, and knows the token if it comes again
                "SET deleted_at = :now, expires_at = :expires_at REMOVE metadata, secret_hash",
                condition=_MANAGED,
                values={
                    ":registration_token_hash": registration_token_hash,
                    ":now": now,
                    ":expires_at": now + TOMBSTONE_LIFETIME,
                },
            )
        except ConditionFailed:
            return False
        return True

    def _changed(
        self, client_id: str, expression: str, *, condition: str, values: Mapping[str, object]
    ) -> Client | None:
        try:
            item = self._table.update(
                {"client_id": client_id}, expression, condition=condition, values=values
            )
        except ConditionFailed:
            return None
        return _from_item(item)


def _as_text(metadata: Mapping[str, Any]) -> str:
    # As one string: its members are the RFC's, and no query asks for them. In one order, so that
    # the same metadata is the same string
    return json.dumps(metadata, sort_keys=True)


def _from_item(item: dict[str, Any]) -> Client | None:
    if "deleted_at" in item:
        return None
    return read(Client, item | {"metadata": json.loads(item["metadata"])})
