"""Clients that are found by their metadata document, read again when it has become old.

However many ask at once, one fetches: the others take what is kept, or wait for it. And however
many documents an origin has, it is asked but so many times a minute, so that nobody can have us
flood it. What goes wrong is never kept.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from gatehouse.errors import ClientDocumentUnavailable, InvalidClientDocument
from gatehouse.oauth.client_documents import check_client_document, domain_of
from gatehouse.oauth.clients import Client
from gatehouse.oauth.documents import DocumentUnavailable, FetchDocument
from gatehouse.oauth.kept_documents import KeptDocument
from gatehouse.oauth.secret_values import new_identifier

if TYPE_CHECKING:
    from gatehouse.storage.contract import ClientDocumentStore

FETCHES_A_MINUTE: Final = 20
_LEASE: Final = 10  # a fetch takes five seconds at most, and what is around it less than that
_RETRY_AFTER: Final = 60
_LOOKS: Final = 12
_SECONDS_BETWEEN_LOOKS: Final = 0.5


class PublishedClients:
    """Every client there is a document of."""

    def __init__(
        self,
        documents: "ClientDocumentStore",
        fetch: FetchDocument,
        pause: Callable[[float], None],
    ) -> None:
        """`pause` waits for as many seconds as it is given."""
        self._documents = documents
        self._fetch = fetch
        self._pause = pause

    def find(self, url: str, *, now: int, accepts_stale: bool) -> Client:
        """The client whose document is at `url`.

        `accepts_stale` is for clients that were let in before: for them an older copy will do while
        the document's server cannot be reached. Raises `InvalidClientDocument` for a document that
        is gone or breaks the rules, `ClientDocumentUnavailable` for one that cannot be had.
        """
        kept = self._documents.get(url)
        if kept and kept.is_fresh(now):
            return kept.client()
        if kept and accepts_stale and kept.is_usable(now) and now < kept.retry_at:
            return kept.client()
        lease = new_identifier()
        kept = self._documents.lease(url, lease, now=now, until=now + _LEASE)
        # Somebody else was faster, and has fetched it or is about to
        if kept.is_fresh(now):
            return kept.client()
        if kept.lease == lease:
            return self._renew(kept, lease, now=now, accepts_stale=accepts_stale)
        if accepts_stale and kept.is_usable(now):
            return kept.client()
        return self._wait(url, now)

    def _renew(self, kept: KeptDocument, lease: str, *, now: int, accepts_stale: bool) -> Client:
        url = kept.client_id
        try:
            renewed = self._fetched(kept, now)
        except DocumentUnavailable as error:
            if error.is_gone:
                self._documents.drop(url, lease)
                raise InvalidClientDocument(
                    f"{domain_of(url)} has no client metadata document there", reason="gone"
                ) from error
            if not kept.is_usable(now):
                self._documents.drop(url, lease)
                raise _unavailable(url, str(error)) from error
            self._documents.postpone(url, lease, retry_at=now + _RETRY_AFTER)
            if not accepts_stale:
                raise _unavailable(url, str(error)) from error
            return kept.client()
        except InvalidClientDocument:
            self._documents.drop(url, lease)
            raise
        self._documents.keep(renewed, lease)
        return renewed.client()

    def _fetched(self, kept: KeptDocument, now: int) -> KeptDocument:
        url = kept.client_id
        # A document that is known counts by itself: whoever makes up others at the same origin
        # must not keep it from being renewed
        counted = url if kept.is_usable(now) else domain_of(url)
        if not self._documents.admit_fetch(counted, now=now, limit=FETCHES_A_MINUTE):
            raise DocumentUnavailable(f"{counted} was asked often enough in this minute")
        document = self._fetch(url)
        metadata = check_client_document(document.value, url)
        return KeptDocument.fetched(url, metadata, fresh_for=document.fresh_for, now=now)

    def _wait(self, url: str, now: int) -> Client:
        for _ in range(_LOOKS):
            self._pause(_SECONDS_BETWEEN_LOOKS)
            kept = self._documents.get(url)
            if kept and kept.is_fresh(now):
                return kept.client()
            # Whoever fetched it failed: once for all who waited is enough
            if kept is None or kept.lease is None:
                break
        raise _unavailable(url, "another request could not fetch it")


def _unavailable(url: str, reason: str) -> ClientDocumentUnavailable:
    return ClientDocumentUnavailable(
        f"The client's metadata document at {domain_of(url)} could not be read; try again",
        reason=reason,
    )
