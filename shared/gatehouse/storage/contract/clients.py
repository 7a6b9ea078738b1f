"""What storage promises of clients and of what they publish."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from gatehouse.oauth.clients.client import Client
from gatehouse.oauth.clients.kept_documents import KeptDocument


class ClientStore(Protocol):
    """Registered clients, as every endpoint meets them."""

    def get(self, client_id: str) -> Client | None:
        """The client, if there is one; it may have expired."""

    def get_all(self, client_ids: Sequence[str]) -> Sequence[Client]:
        """Those of the clients that are there, in any order; they may have expired."""

    def note_use(self, client_id: str, now: int, expires_at: int) -> None:
        """Push the client's expiry back; a client that is gone stays gone."""


class RegistrationStore(ClientStore, Protocol):
    """The same, for whoever registers and manages them."""

    def add(self, client: Client) -> bool:
        """Keep a new client; False if its id is taken, by one that was deleted even."""

    def share(self, client_id: str, metadata: Mapping[str, Any], *, now: int) -> Client | None:
        """Take its registration token from a client of just this metadata, and return the client.

        None, and nothing is changed, if there is no such client any more.
        """

    def change_metadata(
        self,
        client_id: str,
        registration_token_hash: str,
        metadata: Mapping[str, Any],
        *,
        now: int,
    ) -> Client | None:
        """Replace the client's metadata and return it, if the registration token is still its."""

    def delete(self, client_id: str, registration_token_hash: str, *, now: int) -> bool:
        """End the client for good; whether it is ended and the registration token was its.

        Nobody gets its id while `SHARING_WINDOW` lasts.
        """


class FetchCountStore(Protocol):
    """How often we asked others for what strangers say is there."""

    def admit_fetch(self, counted: str, *, now: int, limit: int, seconds: int) -> bool:
        """Count a fetch under that name; False if it has `limit` of them already.

        The count begins anew every so many `seconds`.
        """


class KeySetStore(FetchCountStore, Protocol):
    """Which key sets that clients publish are of use to one of them."""

    def has_proven(self, jwks_uri: str, *, now: int) -> bool:
        """Whether a client proved itself by a key from there."""

    def note_proof(self, jwks_uri: str, *, expires_at: int) -> None:
        """Remember until then that one did."""


class ClientDocumentStore(FetchCountStore, Protocol):
    """Client ID metadata documents that were fetched, by their URL, and who may fetch.

    Of all that ask for the lease of a document one has it, until they give it back or it ends.
    Whatever names a lease does nothing when somebody else has it by now.
    """

    def get(self, url: str) -> KeptDocument | None:
        """What is kept of the document, if anything; it may be stale, and it may have expired."""

    def get_all(self, urls: Sequence[str]) -> Sequence[KeptDocument]:
        """What is kept of these documents, in any order."""

    def lease(self, url: str, lease: str, *, now: int, until: int) -> KeptDocument:
        """Take the lease under that name, unless somebody has it or the document is fresh.

        Returns what is kept of the document afterwards; its `lease` says who has it.
        """

    def keep(self, document: KeptDocument, lease: str) -> None:
        """Keep what the document says now, and give the lease back."""

    def postpone(self, url: str, lease: str, *, retry_at: int) -> None:
        """Keep what is there, note when to try again, and give the lease back."""

    def drop(self, url: str, lease: str) -> None:
        """Keep nothing of the document, not even the lease."""
