"""Documents that others publish and change: fetched when needed, kept for a while."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gatehouse.documents import Document, DocumentUnavailable, FetchDocument
from gatehouse.oauth.key_sets import Jwk, suitable_keys

_SHORTEST, _LONGEST = 60, 3600  # a document is kept for as long as its server says, within these
_AGAIN_AFTER: Final = 30  # nobody makes us ask for the same one more often
_MOST_DOCUMENTS: Final = 64


@dataclass(frozen=True, slots=True)
class _Kept:
    """What came of asking at `asked_at`. Times are epoch seconds."""

    document: Document | None
    failure: str
    asked_at: int
    fresh_until: int


class RememberedDocuments:
    """The documents at some URLs, remembered for the life of the process, the latest ones."""

    def __init__(
        self, fetch: FetchDocument, admit: Callable[[str, int], None] | None = None
    ) -> None:
        """`admit` is asked before each fetch, with its URL and the time.

        It raises `DocumentUnavailable` to have none, and is asked again the next time.
        """
        self._fetch = fetch
        self._admit = admit
        self._kept: dict[str, _Kept] = {}

    def get(self, url: str, *, now: int) -> Any:
        """The document at `url`. Raises `DocumentUnavailable`, also while it was so just now."""
        kept = self._kept.get(url)
        if kept is None or kept.fresh_until <= now:
            kept = self._ask(url, now)
        return _value(kept)

    def keys(self, jwks_uri: str, header: Mapping[str, Any], *, now: int) -> Sequence[Jwk]:
        """The keys at `jwks_uri` that can have signed a JWT with this header.

        Raises `DocumentUnavailable`.
        """
        keys = suitable_keys(self.get(jwks_uri, now=now), header)
        # The one that signed may be new; invented ones must not have us ask all the time
        if not keys and self._kept[jwks_uri].asked_at + _AGAIN_AFTER <= now:
            keys = suitable_keys(_value(self._ask(jwks_uri, now)), header)
        return keys

    def _ask(self, url: str, now: int) -> _Kept:
        if self._admit:
            self._admit(url, now)
        before = self._kept.pop(url, None)
        try:
            document = self._fetch(url)
            fresh_for = min(max(document.fresh_for, _SHORTEST), _LONGEST)
            kept = _Kept(document, "", now, now + fresh_for)
        except DocumentUnavailable as error:
            # One that was asked for before its time is still good
            if before and before.document and now < before.fresh_until:
                kept = _Kept(before.document, "", now, before.fresh_until)
            else:
                kept = _Kept(None, str(error), now, now + _AGAIN_AFTER)
        self._kept[url] = kept
        while len(self._kept) > _MOST_DOCUMENTS:
            del self._kept[next(iter(self._kept))]
        return kept


def _value(kept: _Kept) -> Any:
    if kept.document is None:
        raise DocumentUnavailable(kept.failure)
    return kept.document.value
