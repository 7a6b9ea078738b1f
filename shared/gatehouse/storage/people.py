"""People and their browser sessions in DynamoDB."""

from dataclasses import asdict

from gatehouse.signin.people import Person
from gatehouse.signin.sessions import BrowserSession
from gatehouse.storage.attributes import read
from gatehouse.storage.table import ConditionFailed, Table


class DynamoDBPeopleStore:
    """Keeps the promises of `PeopleStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, person: Person) -> bool:
        item = {"id": f"person#{person.email}", **asdict(person)}
        try:
            self._table.put(item, condition="attribute_not_exists(id)")
        except ConditionFailed as failed:
            # our own second attempt after a lost answer found our own first
            return failed.item is not None and failed.item.get("subject") == person.subject
        return True

    def change_password(self, email: str, password_hash: str) -> bool:
        try:
            self._table.update(
                {"id": f"person#{email}"},
                "SET password_hash = :password_hash",
                condition="attribute_exists(id)",
                values={":password_hash": password_hash},
            )
        except ConditionFailed:
            return False
        return True

    def find(self, email: str) -> Person | None:
        item = self._table.get(id=f"person#{email}")
        return read(Person, item) if item else None

    def add_session(self, session: BrowserSession) -> None:
        self._table.put({"id": f"session#{session.session_hash}", **asdict(session)})

    def session(self, session_hash: str) -> BrowserSession | None:
        item = self._table.get(id=f"session#{session_hash}")
        return read(BrowserSession, item) if item else None

    def end_session(self, session_hash: str) -> None:
        self._table.delete(id=f"session#{session_hash}")
