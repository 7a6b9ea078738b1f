"""Signing keys in DynamoDB: one partition, as they are always read together."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from gatehouse.keys.sealed_keys import SealedKey
from gatehouse.storage.attributes import read
from gatehouse.storage.table import ConditionFailed, Table

_PARTITION: Final = "signing"


class DynamoDBKeyStore:
    """Keeps the promises of `KeyStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, key: SealedKey) -> None:
        self._table.put({"purpose": _PARTITION, **asdict(key)})

    def all(self) -> Sequence[SealedKey]:
        items = self._table.query(purpose=_PARTITION)
        return sorted(map(_from_item, items), key=lambda key: (key.created_at, key.kid))

    def begin(self, kid: str, now: int) -> bool:
        try:
            self._table.update(
                _key(kid),
                "SET signs_from = :now",
                condition="attribute_exists(kid) AND signs_from > :now",
                values={":now": now},
            )
        except ConditionFailed:
            return False
        return True

    def remove(self, key: SealedKey) -> bool:
        try:
            self._table.delete_if(
                _key(key.kid),
                # the keys of earlier versions do not say when they began
                condition="signs_from = :signs_from OR "
                "(attribute_exists(kid) AND attribute_not_exists(signs_from))",
                values={":signs_from": key.signs_from},
            )
        except ConditionFailed:
            return False
        return True


def _key(kid: str) -> dict[str, str]:
    return {"purpose": _PARTITION, "kid": kid}


def _from_item(item: Mapping[str, Any]) -> SealedKey:
    # the keys of earlier versions signed from the moment they were made
    return read(SealedKey, {"signs_from": item["created_at"], **item})
