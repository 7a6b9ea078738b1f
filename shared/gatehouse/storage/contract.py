"""What storage promises. Whoever keeps these promises can stand behind Gatehouse.

Reads see every write that was answered before them. Writes that name a condition are atomic: of
any number of callers, one wins. Times are epoch seconds. Every method raises `Unavailable` when
the storage does not answer.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from gatehouse.keys.sealed_keys import SealedKey
from gatehouse.oauth.clients.client import Client
from gatehouse.oauth.clients.kept_documents import KeptDocument
from gatehouse.oauth.consent import Consent
from gatehouse.oauth.grants import Grant, RefreshToken
from gatehouse.signin.people import Person
from gatehouse.signin.sessions import BrowserSession


class ClientStore(Protocol):
    """Registered clients, as every endpoint meets them."""

    def get(self, client_id: str) -> Client | None:
        """The client, if there is one; it may have expired."""

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


class GrantStore(Protocol):
    """Grants, with their authorization code and refresh token."""

    def add(self, grant: Grant) -> None:
        """Keep a new grant."""

    def get(self, grant_id: str) -> Grant | None:
        """The grant, if there is one; it may be revoked or expired."""

    def redeem_code(
        self,
        grant_id: str,
        code_hash: str,
        *,
        refresh_token: RefreshToken | None,
        now: int,
        expires_at: int,
    ) -> bool:
        """Mark the code used and the grant live until `expires_at`; whether this call did it.

        Once the code is used or the grant revoked, nobody can.
        """

    def rotate(
        self, grant_id: str, refresh_token: RefreshToken, *, now: int, expires_at: int
    ) -> Grant | None:
        """Put `refresh_token` in the place of its predecessor, if that is still the current one.

        Returns the grant as it stands afterwards, whoever changed it last; None if it is gone.
        A grant that is revoked or expired is not changed.
        """

    def revoke(self, grant_id: str, now: int) -> None:
        """End the grant and every token of it, for good."""


class PeopleStore(Protocol):
    """The built-in directory, and who is signed in where."""

    def add(self, person: Person) -> bool:
        """Keep a new person; False if the email address is taken."""

    def change_password(self, email: str, password_hash: str) -> bool:
        """Replace a person's password; False if nobody has that email address."""

    def find(self, email: str) -> Person | None:
        """The person with that email address, in its canonical form."""

    def add_session(self, session: BrowserSession) -> None:
        """Keep a new browser session."""

    def session(self, session_hash: str) -> BrowserSession | None:
        """The session, if there is one; it may have expired."""

    def end_session(self, session_hash: str) -> None:
        """Forget the session."""


class ConsentStore(Protocol):
    """What people allowed clients: one consent a person and client."""

    def get(self, subject: str, client_id: str) -> Consent | None:
        """What is remembered, if anything; it may have expired, or its grants may have ended."""

    def replace(self, consent: Consent, *, written_with: str | None) -> bool:
        """Remember `consent` in the place of the one that was last written with that grant.

        None stands for no consent at all. Returns whether this call did it: not if another was
        written meanwhile, or all was forgotten.
        """

    def forget(self, subject: str, client_id: str) -> None:
        """Remember nothing."""


class KeyStore(Protocol):
    """Signing keys, their private halves sealed."""

    def add(self, key: SealedKey) -> None:
        """Keep a key, or replace the one of the same id."""

    def all(self) -> Sequence[SealedKey]:
        """Every key, the oldest first."""

    def begin(self, kid: str, now: int) -> bool:
        """Have a key that would sign later sign from `now` on; whether this call did it.

        A key that is gone stays gone.
        """

    def remove(self, key: SealedKey) -> bool:
        """Forget a key unless it signs from another time by now; whether this call did it."""


class ReplayStore(Protocol):
    """What may be used once."""

    def first_time(self, use_id: str, *, now: int, expires_at: int) -> bool:
        """Whether this call is the first to use it; it is remembered until `expires_at`."""
