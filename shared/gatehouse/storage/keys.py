"""Signing keys in DynamoDB: one partition, as they are always read together."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from gatehouse.keys.sealed_keys import SealedKey
from gatehouse.storage.attributes import read
from gatehouse.storage.table import Table

_PARTITION: Final = "signing"


class DynamoDBKeyStore:
    """Keeps the promises of `KeyStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, key: SealedKey) -> None:
        self._table.put({"purpose": _PARTITION, **asdict(key)})

    def all(self) -> Sequence[SealedKey]:
        items = self._table.query(purpose=_PARTITION)
        keys = [read(SealedKey, item) for item in items]
        return sorted(keys, key=lambda key: (key.created_at, key.kid))
