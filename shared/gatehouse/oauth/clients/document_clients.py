"""Clients that are found by their metadata document, read again when it has become old.

However many ask at once, one fetches: the others take what is kept, or wait for it. And however
many documents a host has, it is asked but so often, so that nobody can have us flood it. What goes
wrong is never kept.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from gatehouse.documents import DocumentUnavailable, FetchDocument, host_of
from gatehouse.errors import ClientDocumentUnavailable, InvalidClientDocument, UnreadClientDocument
from gatehouse.oauth.clients.client import Client
from gatehouse.oauth.clients.document_rules import check_client_document, domain_of
from gatehouse.oauth.clients.fetch_limit import FetchLimit
from gatehouse.oauth.clients.kept_documents import KeptDocument
from gatehouse.oauth.secret_values import new_identifier

if TYPE_CHECKING:
    from gatehouse.storage.contract.clients import ClientDocumentStore

_LEASE: Final = 10  # a fetch takes five seconds at most, and what is around it less than that
_RETRY_AFTER: Final = 60
# Whoever waits holds a Lambda execution, for a server that a stranger may have made slow.
_LOOKS: Final = 3
_SECONDS_BETWEEN_LOOKS: Final = 0.5


class DocumentClients:
    """Every client there is a document of."""

    def __init__(
        self,
        documents: "ClientDocumentStore",
        fetch: FetchDocument,
        pause: Callable[[float], None],
        *,
        lifetime: int,
    ) -> None:
        """`pause` waits for as many seconds as it is given.

        A document that was good is known for `lifetime` seconds after it was last fetched.
        """
        self._documents = documents
        self._limit = FetchLimit(documents)
        self._fetch = fetch
        self._pause = pause
        self._lifetime = lifetime

    def find(self, url: str, *, now: int, accepts_stale: bool) -> Client:
        """The client whose document is at `url`.

        `accepts_stale` is for clients that were let in before: for them an older copy will do while
        the document's server cannot be reached. Raises `InvalidClientDocument` for a document that
        is gone or breaks the rules, `UnreadClientDocument` for one that cannot be had and never
        was, and `ClientDocumentUnavailable` for one that is known.
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
        return self._wait(kept, now)

    def known(self, urls: Sequence[str], *, now: int) -> list[Client]:
        """The clients whose documents are known, however old: nothing is fetched."""
        return [kept.client() for kept in self._documents.get_all(urls) if kept.is_known(now)]

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
            if kept.is_known(now):
                self._documents.postpone(url, lease, retry_at=now + _RETRY_AFTER)
            else:
                self._documents.drop(url, lease)
            if accepts_stale and kept.is_usable(now):
                return kept.client()
            raise _unavailable(kept, now, str(error)) from error
        except InvalidClientDocument:
            self._documents.drop(url, lease)
            raise
        self._documents.keep(renewed, lease)
        return renewed.client()

    def _fetched(self, kept: KeptDocument, now: int) -> KeptDocument:
        url = kept.client_id
        # A document that was good once counts by itself: whoever makes up others at the same host
        # must not keep it from being renewed
        self._limit.require_room(url if kept.is_known(now) else host_of(url) or "", now=now)
        document = self._fetch(url)
        metadata = check_client_document(document.value, url)
        return KeptDocument.fetched(
            url, metadata, fresh_for=document.fresh_for, lifetime=self._lifetime, now=now
        )

    def _wait(self, before: KeptDocument, now: int) -> Client:
        for _ in range(_LOOKS):
            self._pause(_SECONDS_BETWEEN_LOOKS)
            kept = self._documents.get(before.client_id)
            if kept and kept.is_fresh(now):
                return kept.client()
            # Whoever fetched it failed: once for all who waited is enough
            if kept is None or kept.lease is None:
                break
        raise _unavailable(before, now, "another request could not fetch it, or not yet")


def _unavailable(
    kept: KeptDocument, now: int, reason: str
) -> ClientDocumentUnavailable | UnreadClientDocument:
    kind = ClientDocumentUnavailable if kept.is_known(now) else UnreadClientDocument
    return kind(
        f"The client's metadata document at {domain_of(kept.client_id)} could not be read;"
        " try again",
        reason=reason,
    )
