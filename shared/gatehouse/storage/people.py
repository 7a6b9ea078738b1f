"""People and their browser sessions in DynamoDB."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from gatehouse.signin.invitations import hash_address
from gatehouse.signin.people import Person
from gatehouse.signin.sessions import BrowserSession
from gatehouse.storage.attributes import read
from gatehouse.storage.invitations import invitation_id
from gatehouse.storage.passkeys import passkey_key
from gatehouse.storage.providers import UPSTREAM
from gatehouse.storage.table import ConditionFailed, Table

_BY_SUBJECT = "by_subject"


class DynamoDBPeopleStore:
    """Keeps the promises of `PeopleStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, person: Person) -> bool:
        item = {"id": person_id(person.email), **asdict(person)}
        try:
            self._table.put(item, condition="attribute_not_exists(id)")
        except ConditionFailed as failed:
            # our own second attempt after a lost answer found our own first
            return failed.item is not None and failed.item.get("subject") == person.subject
        return True

    def find(self, email: str) -> Person | None:
        item = self._table.get(id=person_id(email))
        return read(Person, item) if item else None

    def all(self) -> Iterator[Person]:
        return (read(Person, item) for item in self._table.scan(begins=("id", person_id(""))))

    def change_password(
        self, email: str, password_hash: str, *, subject: str | None = None
    ) -> Person | None:
        change = "SET password_hash = :password_hash ADD generation :one"
        return self._change(
            email, change, {":password_hash": password_hash, ":one": 1}, subject=subject
        )

    def disable(self, email: str, at: int) -> Person | None:
        disabled = self._change(
            email, "SET disabled_at = :at ADD generation :one", {":at": at, ":one": 1}
        )
        if disabled:
            # Their identities stay: whoever is known by one comes back as who is disabled, and not
            # as somebody new by another address
            self._forget(disabled.subject, f"{UPSTREAM}#")
        return disabled

    def enable(self, email: str) -> Person | None:
        return self._change(email, "REMOVE disabled_at", {})

    def remove(self, person: Person) -> None:
        own = person_id(person.email)
        found = {key["id"] for key in self._table.keys_of(_BY_SUBJECT, subject=person.subject)}
        # a passkey never expires, and the index may not know one of a moment ago
        found.update(map(passkey_key, person.passkeys))
        # nor does it know an invitation, which was for nobody yet and could bring them back
        found.add(invitation_id(hash_address(person.email)))
        for key in found - {own}:
            self._table.delete(id=key)
        self._table.delete(id=own)

    def add_session(self, session: BrowserSession) -> None:
        self._table.put({"id": _session_id(session.session_hash), **asdict(session)})

    def session(self, session_hash: str) -> BrowserSession | None:
        item = self._table.get(id=_session_id(session_hash))
        return read(BrowserSession, item) if item else None

    def sessions_of(self, subject: str) -> Sequence[BrowserSession]:
        found = self._table.keys_of(_BY_SUBJECT, begins=("id", _session_id("")), subject=subject)
        keys = [{"id": key["id"]} for key in found]
        return [read(BrowserSession, item) for item in self._table.get_all(keys)]

    def keep_session(self, session_hash: str, *, generation: int) -> bool:
        try:
            self._table.update(
                {"id": _session_id(session_hash)},
                "SET generation = :generation",
                condition="attribute_exists(id)",
                values={":generation": generation},
            )
        except ConditionFailed:
            return False
        return True

    def end_session(self, session_hash: str) -> None:
        self._table.delete(id=_session_id(session_hash))

    def end_sessions(self, email: str, subject: str) -> Person | None:
        return self._change(email, "ADD generation :one", {":one": 1}, subject=subject)

    def _forget(self, subject: str, kind: str) -> None:
        for key in self._table.keys_of(_BY_SUBJECT, begins=("id", kind), subject=subject):
            self._table.delete(id=key["id"])

    def _change(
        self,
        email: str,
        expression: str,
        values: Mapping[str, object],
        *,
        subject: str | None = None,
    ) -> Person | None:
        condition = "attribute_exists(id)"
        if subject is not None:
            condition += " AND subject = :subject"
            values = {**values, ":subject": subject}
        try:
            item = self._table.update(
                {"id": person_id(email)}, expression, condition=condition, values=values
            )
        except ConditionFailed:
            return None
        return read(Person, item)


def person_id(email: str) -> str:
    """The key of a person's item."""
    return f"person#{email}"


def _session_id(session_hash: str) -> str:
    return f"session#{session_hash}"
