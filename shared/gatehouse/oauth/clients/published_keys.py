"""The key sets that clients publish at their `jwks_uri`, wherever a stranger says that is."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from gatehouse.documents import DocumentUnavailable, FetchDocument, host_of
from gatehouse.oauth.clients.fetch_limit import FetchLimit
from gatehouse.oauth.key_sets import Jwk
from gatehouse.oauth.remembered_documents import RememberedDocuments

if TYPE_CHECKING:
    from gatehouse.storage.contract.clients import KeySetStore

# A proof is written down once a day at most, by each process.
_NOTE_INTERVAL: Final = 86400
_MOST_NOTES: Final = 64


class PublishedKeys:
    """Key sets of clients, kept for the process, and fetched so often from one host.

    One that proved a client before is fetched whenever it has to be: whoever makes up others at the
    same host must not keep that client from proving itself.
    """

    def __init__(self, fetch: FetchDocument, store: "KeySetStore", *, lifetime: int) -> None:
        """A proof is remembered for `lifetime` seconds."""
        self._documents = RememberedDocuments(fetch, self._require_room)
        self._store = store
        self._limit = FetchLimit(store)
        self._lifetime = lifetime
        self._noted: dict[str, int] = {}

    def keys(self, jwks_uri: str, header: Mapping[str, Any], *, now: int) -> Sequence[Jwk]:
        """The keys at `jwks_uri` that can have signed a JWT with this header.

        Raises `DocumentUnavailable`.
        """
        return self._documents.keys(jwks_uri, header, now=now)

    def note_proof(self, jwks_uri: str, *, now: int) -> None:
        """Remember that a client proved itself by a key from there."""
        noted_at = self._noted.get(jwks_uri)
        if noted_at is not None and now - noted_at < min(_NOTE_INTERVAL, self._lifetime // 2):
            return
        self._store.note_proof(jwks_uri, expires_at=now + self._lifetime)
        self._noted.pop(jwks_uri, None)
        self._noted[jwks_uri] = now
        while len(self._noted) > _MOST_NOTES:
            del self._noted[next(iter(self._noted))]

    def _require_room(self, jwks_uri: str, now: int) -> None:
        host = host_of(jwks_uri)
        # an address may be written in many ways, each of which would be counted by itself
        if host is None:
            raise DocumentUnavailable("the URL does not name a host")
        if not self._store.has_proven(jwks_uri, now=now):
            self._limit.require_room(host, now=now)
