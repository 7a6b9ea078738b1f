"""Passkeys in DynamoDB."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from gatehouse.signin.passkeys.passkey import Passkey
from gatehouse.signin.people import Person
from gatehouse.storage.attributes import read
from gatehouse.storage.table import ConditionFailed, Table

_UNLIST: Final = "SET passkeys = :new REMOVE password_needs_passkey"


class DynamoDBPasskeyStore:
    """Keeps the promises of `PasskeyStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, passkey: Passkey) -> bool:
        try:
            self._table.put(
                {"id": passkey_key(passkey.passkey_id), **asdict(passkey)},
                condition="attribute_not_exists(id)",
            )
        except ConditionFailed as failed:
            # our own second attempt after a lost answer found our own first
            return failed.item is not None and read(Passkey, failed.item) == passkey
        return True

    def get(self, passkey_id: str) -> Passkey | None:
        item = self._table.get(id=passkey_key(passkey_id))
        return read(Passkey, item) if item else None

    def get_all(self, passkey_ids: Sequence[str]) -> list[Passkey]:
        items = self._table.get_all([{"id": passkey_key(each)} for each in passkey_ids])
        return [read(Passkey, item) for item in items]

    def note_use(self, passkey: Passkey, sign_count: int, *, backed_up: bool, now: int) -> bool:
        try:
            self._table.update(
                {"id": passkey_key(passkey.passkey_id)},
                "SET sign_count = :count, backed_up = :backed_up, last_used_at = :now",
                # a counter that went up meanwhile belongs to somebody else's use of the same key
                condition="attribute_exists(id) AND sign_count = :seen",
                values={
                    ":count": sign_count,
                    ":backed_up": backed_up,
                    ":now": now,
                    ":seen": passkey.sign_count,
                },
            )
        except ConditionFailed:
            return False
        return True

    def remove(self, passkey_id: str) -> None:
        self._table.delete(id=passkey_key(passkey_id))

    def list_for(self, person: Person, passkey_ids: tuple[str, ...]) -> bool:
        if passkey_ids:
            return self._change(person, "SET passkeys = :new", {":new": passkey_ids})
        return self._change(
            person, _UNLIST, {":new": ()}, further=" AND attribute_exists(password_hash)"
        )

    def unlist_all(self, person: Person) -> bool:
        return self._change(person, _UNLIST, {":new": ()})

    def ask_after_password(self, person: Person, *, asked: bool) -> bool:
        return self._change(person, "SET password_needs_passkey = :asked", {":asked": asked})

    def remove_password(self, person: Person) -> Person | None:
        after = person.generation + 1
        try:
            item = self._update(
                person,
                "SET generation = :after REMOVE password_hash, password_needs_passkey",
                {":after": after},
            )
        except ConditionFailed as failed:
            item = failed.item or {}
            # our own second attempt after a lost answer found what the first has made
            made = (item.get("subject"), item.get("generation")) == (person.subject, after)
            if not made or "password_hash" in item:
                return None
        return read(Person, item)

    def _change(
        self, person: Person, expression: str, values: Mapping[str, object], *, further: str = ""
    ) -> bool:
        try:
            self._update(person, expression, values, further=further)
        except ConditionFailed as failed:
            # our own second attempt after a lost answer found what the first has made
            found = failed.item or {}
            return ":new" in values and found.get("passkeys") == values[":new"]
        return True

    def _update(
        self, person: Person, expression: str, values: Mapping[str, object], *, further: str = ""
    ) -> dict[str, Any]:
        seen = "passkeys = :seen"
        if not person.passkeys:  # who has none may have been written before there were any
            seen = f"(attribute_not_exists(passkeys) OR {seen})"
        # a browser that was signed out meanwhile changes nothing any more
        lives = "generation = :was"
        if not person.generation:
            lives = f"(attribute_not_exists(generation) OR {lives})"
        return self._table.update(
            {"id": f"person#{person.email}"},
            expression,
            condition=f"subject = :subject AND {seen} AND {lives}{further}",
            values={
                **values,
                ":subject": person.subject,
                ":seen": person.passkeys,
                ":was": person.generation,
            },
        )


def passkey_key(passkey_id: str) -> str:
    """The key of a passkey's item."""
    return f"passkey#{passkey_id}"
