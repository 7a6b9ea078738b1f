"""Sessions, streams and messages of HTTP+SSE in DynamoDB."""

from contextlib import suppress
from dataclasses import asdict

from gatehouse.oauth.secret_values import new_identifier
from gatehouse.sse.session import Message, Session, Slot
from gatehouse.storage.attributes import read
from gatehouse.storage.table import ConditionFailed, Table


class DynamoDBMailboxStore:
    """Keeps the promises of `MailboxStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def open(self, session: Session) -> None:
        self._table.put({**_session_key(session.session_hash), **asdict(session)})

    def session(self, session_hash: str) -> Session | None:
        item = self._table.get(**_session_key(session_hash))
        return read(Session, item) if item else None

    def resume(self, session_hash: str, *, place: int, expires_at: int) -> None:
        key, values = _session_key(session_hash), {":expires_at": expires_at}
        try:
            # what is told to have arrived was there, whether or not its writer lived to note it
            self._table.update(
                key,
                "SET expires_at = :expires_at, last_place = :place",
                condition="last_place < :place",
                values={**values, ":place": place},
            )
        except ConditionFailed:
            self._table.update(
                key,
                "SET expires_at = :expires_at",
                condition="attribute_exists(box)",
                values=values,
            )

    def post(self, session_hash: str, text: str, *, after: int, expires_at: int) -> int:
        # Names the call, so that its own second attempt after a lost answer adds nothing
        call, place, box = new_identifier(), after, _box(session_hash)
        while True:
            place += 1
            item = {"box": box, "place": place, "text": text, "call": call}
            try:
                self._table.put(
                    {**item, "expires_at": expires_at}, condition="attribute_not_exists(box)"
                )
            except ConditionFailed as failed:
                # another message is there, so the place behind it leaves no gap
                if failed.item is None or failed.item.get("call") != call:
                    continue
            return place

    def advance(self, session_hash: str, *, place: int, version: str) -> None:
        agreed = {":version": version} if version else {}
        # not if a later message was noted first, or the session is gone
        with suppress(ConditionFailed):
            self._table.update(
                _session_key(session_hash),
                "SET last_place = :place" + (", version = :version" if version else ""),
                condition="last_place < :place",
                values={":place": place, **agreed},
            )

    def messages(self, session_hash: str, *, after: int) -> list[Message]:
        items = self._table.query_after("place", after, box=_box(session_hash))
        return [read(Message, item) for item in items]

    def slots(self, person_hash: str) -> list[Slot]:
        return [read(Slot, item) for item in self._table.query(box=f"person#{person_hash}")]

    def take(self, slot: Slot, *, instead_of: Slot | None) -> bool:
        condition, values = "attribute_not_exists(box)", {}
        if instead_of:
            condition, values = "stream_id = :before", {":before": instead_of.stream_id}
        try:
            self._table.put({**_slot_key(slot), **asdict(slot)}, condition=condition, values=values)
        except ConditionFailed as failed:
            # our own second attempt after a lost answer found our own first
            return failed.item is not None and failed.item.get("stream_id") == slot.stream_id
        return True

    def holds(self, slot: Slot) -> bool:
        item = self._table.get(**_slot_key(slot))
        return item is not None and item["stream_id"] == slot.stream_id

    def release(self, slot: Slot) -> None:
        # not if it is another stream's by now
        with suppress(ConditionFailed):
            self._table.delete_if(
                _slot_key(slot),
                condition="stream_id = :stream_id",
                values={":stream_id": slot.stream_id},
            )


def _box(session_hash: str) -> str:
    return f"session#{session_hash}"


def _session_key(session_hash: str) -> dict[str, str | int]:
    return {"box": _box(session_hash), "place": 0}


def _slot_key(slot: Slot) -> dict[str, str | int]:
    return {"box": f"person#{slot.person_hash}", "place": slot.place}
