"""The keys of `requestState` in DynamoDB: two places, so that the next takes the oldest's."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from gatehouse.keys.request_state_key import RequestStateKey
from gatehouse.storage.attributes import read
from gatehouse.storage.table import ConditionFailed, Table

# A kind of its own, up to `#`: the MCP function's role may write this kind and no signing key.
_PARTITION: Final = "request-state#aes-256-gcm"


class DynamoDBRequestStateKeyStore:
    """Keeps the promises of `RequestStateKeyStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, key: RequestStateKey) -> bool:
        item = {
            **_key(key.period),
            "period": key.period,
            "sealed_key": key.sealed_key,
            "created_at": key.created_at,
        }
        try:
            self._table.put(
                item,
                condition="attribute_not_exists(kid) OR period < :period",
                values={":period": key.period},
            )
        except ConditionFailed:
            return False
        return True

    def all(self) -> Sequence[RequestStateKey]:
        return [_from_item(item) for item in self._table.query(purpose=_PARTITION)]

    def remove(self, key: RequestStateKey) -> None:
        self._table.delete(**_key(key.period))


def _key(period: int) -> dict[str, str]:
    return {"purpose": _PARTITION, "kid": "odd" if period % 2 else "even"}


def _from_item(item: Mapping[str, Any]) -> RequestStateKey:
    return read(RequestStateKey, item)
