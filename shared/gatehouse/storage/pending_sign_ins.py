"""Sign-ins that wait for a passkey, in DynamoDB."""

from dataclasses import asdict

from gatehouse.signin.pending import PendingSignIn
from gatehouse.storage.attributes import read
from gatehouse.storage.table import ConditionFailed, Table


class DynamoDBPendingSignInStore:
    """Keeps the promises of `PendingSignInStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, pending: PendingSignIn) -> None:
        self._table.put({"id": _key(pending.pending_hash), **asdict(pending)})

    def get(self, pending_hash: str) -> PendingSignIn | None:
        item = self._table.get(id=_key(pending_hash))
        return read(PendingSignIn, item) if item else None

    def finish(self, pending_hash: str) -> bool:
        try:
            self._table.delete_if(
                {"id": _key(pending_hash)},
                condition="pending_hash = :pending_hash",
                values={":pending_hash": pending_hash},
            )
        except ConditionFailed:
            return False
        return True


def _key(pending_hash: str) -> str:
    return f"pending#{pending_hash}"
