"""Invitations in DynamoDB."""

from dataclasses import asdict

from gatehouse.oauth.secret_values import new_identifier
from gatehouse.signin.invitations import Invitation, Kind
from gatehouse.storage.attributes import read
from gatehouse.storage.table import ConditionFailed, Table


class DynamoDBInvitationStore:
    """Keeps the promises of `InvitationStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def replace(self, invitation: Invitation) -> None:
        self._table.put({"id": invitation_id(invitation.address_hash), **asdict(invitation)})

    def get(self, address_hash: str) -> Invitation | None:
        item = self._table.get(id=invitation_id(address_hash))
        if item is None:
            return None
        # what is None is not stored
        return read(Invitation, {"subject": None, **item, "kind": Kind(item["kind"])})

    def use(self, invitation: Invitation, *, now: int) -> bool:
        # Names the call, so that its own second attempt after a lost answer is no second use
        call = new_identifier()
        try:
            self._table.update(
                {"id": invitation_id(invitation.address_hash)},
                "SET used_at = :now, #call = :call",
                condition=(
                    "secret_hash = :secret_hash AND attribute_not_exists(used_at)"
                    " AND expires_at > :now"
                ),
                values={":now": now, ":call": call, ":secret_hash": invitation.secret_hash},
                names={"#call": "call"},
            )
        except ConditionFailed as failed:
            return failed.item is not None and failed.item.get("call") == call
        return True


def invitation_id(address_hash: str) -> str:
    """The key of an invitation's item."""
    return f"invitation#{address_hash}"
