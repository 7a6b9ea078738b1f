"""What storage promises of clients to the operator."""

from collections.abc import Iterator
from typing import Protocol

from gatehouse.oauth.clients.client import Client


class ClientAdministration(Protocol):
    """Clients of every kind: those that registered or were added, and documents that are known."""

    def all(self) -> Iterator[Client]:
        """Every client, in any order, expired ones too. All of the table is read."""

    def find(self, client_id: str) -> Client | None:
        """The client, if there is one; it may have expired."""

    def end(self, client_id: str, *, now: int) -> bool:
        """End the client for good, whoever manages it; whether there was one.

        Of a document the copy alone can be forgotten: whoever names it next has it read anew.
        """
