"""Tries at passwords in DynamoDB."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from gatehouse.oauth.secret_values import new_identifier
from gatehouse.signin.devices import Device
from gatehouse.signin.people import Person
from gatehouse.signin.slow_downs import Counter, Failures
from gatehouse.storage.attributes import read
from gatehouse.storage.contract.attempts import LookUp
from gatehouse.storage.people import person_id
from gatehouse.storage.table import ConditionFailed, Table

# count is a word of DynamoDB's own
_ADD_ONE = "SET failed_at = :now, expires_at = :expires_at, turn = :turn ADD #count :one"
_NAMES = {"#count": "count"}


class DynamoDBAttemptStore:
    """Keeps the promises of `AttemptStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def look_up(self, email: str, device_hash: str | None, counters: Sequence[Counter]) -> LookUp:
        ids = [person_id(email), *map(_counter_id, counters)]
        device = _device_id(device_hash) if device_hash else None
        if device:
            ids.append(device)
        found = {item["id"]: item for item in self._table.get_all([{"id": each} for each in ids])}
        person = found.get(person_id(email))
        known = found.get(device) if device else None
        return LookUp(
            read(Person, person) if person else None,
            read(Device, known) if known else None,
            {each: _failures(found.get(_counter_id(each))) for each in counters},
        )

    def count(self, counter: Counter, *, now: int) -> None:
        self._add(counter, now, turn=new_identifier())

    def take_turn(self, counter: Counter, seen: Failures, *, now: int) -> bool:
        # Names the turn, so that our own second attempt after a lost answer does not lose it
        turn = new_identifier()
        try:
            self._add(counter, now, turn=turn, seen=seen)
        except ConditionFailed as failed:
            return failed.item is not None and failed.item.get("turn") == turn
        return True

    def forget(self, counter: Counter) -> None:
        self._table.delete(id=_counter_id(counter))

    def remember(self, device: Device) -> None:
        self._table.put({"id": _device_id(device.device_hash), **asdict(device)})

    def _add(self, counter: Counter, now: int, *, turn: str, seen: Failures | None = None) -> None:
        values: dict[str, Any] = {
            ":one": 1,
            ":now": now,
            ":expires_at": counter.expires_at,
            ":turn": turn,
        }
        if seen:
            values[":seen"] = seen.count
        self._table.update(
            {"id": _counter_id(counter)},
            _ADD_ONE,
            condition="#count = :seen" if seen else None,
            values=values,
            names=_NAMES,
        )


def _failures(item: Mapping[str, Any] | None) -> Failures:
    return read(Failures, item) if item else Failures()


def _counter_id(counter: Counter) -> str:
    return f"failures#{counter.name}"


def _device_id(device_hash: str) -> str:
    return f"device#{device_hash}"
