"""What people allowed clients, in DynamoDB."""

from dataclasses import asdict

from gatehouse.oauth.consent import Consent
from gatehouse.oauth.secret_values import digest
from gatehouse.storage.attributes import read
from gatehouse.storage.table import ConditionFailed, Table


class DynamoDBConsentStore:
    """Keeps the promises of `ConsentStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, subject: str, client_id: str) -> Consent | None:
        item = self._table.get(id=_key(subject, client_id))
        return read(Consent, item) if item else None

    def replace(self, consent: Consent, *, written_with: str | None) -> bool:
        item = {"id": _key(consent.subject, consent.client_id), **asdict(consent)}
        absent = written_with is None
        try:
            self._table.put(
                item,
                condition="attribute_not_exists(id)" if absent else "written_with = :seen",
                values=None if absent else {":seen": written_with},
            )
        except ConditionFailed as failed:
            # our own second attempt after a lost answer found our own first
            return (
                failed.item is not None and failed.item.get("written_with") == consent.written_with
            )
        return True

    def forget(self, subject: str, client_id: str) -> Consent | None:
        item = self._table.delete(id=_key(subject, client_id))
        return read(Consent, item) if item else None


def _key(subject: str, client_id: str) -> str:
    # a client id may be a URL longer than a key can be
    return f"consent#{subject}#{digest(client_id)}"
