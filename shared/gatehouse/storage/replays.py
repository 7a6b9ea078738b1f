"""What was used and may not be used again, in DynamoDB."""

from gatehouse.oauth.secret_values import new_identifier
from gatehouse.storage.table import ConditionFailed, Table


class DynamoDBReplayStore:
    """Keeps the promises of `ReplayStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def first_time(self, use_id: str, *, now: int, expires_at: int) -> bool:
        # Names the call, so that its own second attempt after a lost answer is no replay
        call = new_identifier()
        try:
            self._table.put(
                {"use_id": use_id, "call": call, "expires_at": expires_at},
                condition="attribute_not_exists(use_id) OR expires_at <= :now",
                values={":now": now},
            )
        except ConditionFailed as failed:
            return failed.item is not None and failed.item.get("call") == call
        return True
