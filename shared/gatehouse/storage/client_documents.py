"""What is fetched of clients, in DynamoDB: documents, in the table of clients, under their URL.

Beside them, what was asked for how often, and which key sets are of use.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

from gatehouse.oauth.clients.kept_documents import KeptDocument
from gatehouse.oauth.secret_values import digest
from gatehouse.storage.attributes import read
from gatehouse.storage.table import ConditionFailed, Table

_OWN_LEASE: Final = "lease = :lease"


class DynamoDBClientDocumentStore:
    """Keeps the promises of `ClientDocumentStore` and `KeySetStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, url: str) -> KeptDocument | None:
        item = self._table.get(client_id=url)
        return _from_item(item) if item else None

    def get_all(self, urls: Sequence[str]) -> list[KeptDocument]:
        return [_from_item(item) for item in self._table.get_all([{"client_id": u} for u in urls])]

    def lease(self, url: str, lease: str, *, now: int, until: int) -> KeptDocument:
        try:
            item = self._table.update(
                {"client_id": url},
                # what is not there yet goes with its lease, what is there keeps its own end
                "SET lease = :lease, leased_until = :until,"
                " expires_at = if_not_exists(expires_at, :until)",
                condition=(
                    "(attribute_not_exists(leased_until) OR leased_until <= :now)"
                    " AND (attribute_not_exists(fresh_until) OR fresh_until <= :now)"
                ),
                values={":lease": lease, ":until": until, ":now": now},
            )
        except ConditionFailed as failed:
            # the condition holds where there is no item, so there is one
            return _from_item(failed.item or {"client_id": url, "expires_at": now})
        return _from_item(item)

    def keep(self, document: KeptDocument, lease: str) -> None:
        self._write(
            document.client_id,
            "SET metadata = :metadata, fetched_at = :fetched_at, fresh_until = :fresh_until,"
            " stale_until = :stale_until, expires_at = :expires_at"
            " REMOVE lease, leased_until, retry_at",
            {
                # as one string: its members are the RFC's, and no query asks for them
                ":metadata": json.dumps(document.metadata),
                ":fetched_at": document.fetched_at,
                ":fresh_until": document.fresh_until,
                ":stale_until": document.stale_until,
                ":expires_at": document.expires_at,
                ":lease": lease,
            },
        )

    def postpone(self, url: str, lease: str, *, retry_at: int) -> None:
        self._write(
            url,
            "SET retry_at = :retry_at REMOVE lease, leased_until",
            {":retry_at": retry_at, ":lease": lease},
        )

    def drop(self, url: str, lease: str) -> None:
        try:
            self._table.delete_if(
                {"client_id": url}, condition=_OWN_LEASE, values={":lease": lease}
            )
        except ConditionFailed:
            return

    def admit_fetch(self, counted: str, *, now: int, limit: int, seconds: int) -> bool:
        window = now // seconds
        try:
            self._table.update(
                {"client_id": f"fetches#{counted}#{window}"},
                "SET expires_at = :expires_at ADD fetches :one",
                condition="attribute_not_exists(fetches) OR fetches < :limit",
                values={
                    ":expires_at": (window + 1) * seconds,
                    ":one": 1,
                    ":limit": limit,
                },
            )
        except ConditionFailed:
            return False
        return True

    def has_proven(self, jwks_uri: str, *, now: int) -> bool:
        item = self._table.get(client_id=_proof_id(jwks_uri))
        return item is not None and now < int(item["expires_at"])

    def note_proof(self, jwks_uri: str, *, expires_at: int) -> None:
        try:
            self._table.update(
                {"client_id": _proof_id(jwks_uri)},
                "SET expires_at = :expires_at",
                condition="attribute_not_exists(expires_at) OR expires_at < :expires_at",
                values={":expires_at": expires_at},
            )
        except ConditionFailed:
            return  # another process noted one later

    def _write(self, url: str, expression: str, values: dict[str, object]) -> None:
        try:
            self._table.update({"client_id": url}, expression, condition=_OWN_LEASE, values=values)
        except ConditionFailed:
            return  # the lease ended meanwhile, and somebody else knows better


def _from_item(item: dict[str, Any]) -> KeptDocument:
    metadata = item.get("metadata")
    return read(KeptDocument, item | {"metadata": json.loads(metadata) if metadata else None})


def _proof_id(jwks_uri: str) -> str:
    # a jwks_uri may be longer than a key of DynamoDB's
    return f"proven#{digest(jwks_uri)}"
