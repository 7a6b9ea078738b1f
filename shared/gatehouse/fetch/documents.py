"""Fetching a JSON document from an `https` URL that a stranger named, without coming to harm."""

import re
import time
from collections.abc import Mapping
from typing import Any, Final

from gatehouse import strict_json
from gatehouse.documents import Document, DocumentUnavailable
from gatehouse.fetch.exchanges import Exchanges, Sending
from gatehouse.fetch.freshness import fresh_for

_GONE: Final = (404, 410)
_JSON: Final = re.compile(r"application/([A-Za-z0-9.!#$&^_-]+\+)?json", re.IGNORECASE)


class DocumentFetcher:
    """Keeps the promises of `FetchDocument`, for documents of at most `largest` bytes.

    `ways_out` are those of `Exchanges`.
    """

    def __init__(self, *, largest: int, **ways_out: Any) -> None:
        self._exchanges = Exchanges(largest=largest, **ways_out)

    def __call__(self, url: str) -> Document:
        """The document at `url`, of which no redirect is followed. Raises `DocumentUnavailable`."""
        answer = self._exchanges.ask(url, Sending({}), _require_document)
        value = read_json(answer.content)
        return Document(value, fresh_for(answer.headers, time.time()))


def read_json(content: bytes) -> Any:
    """The JSON value that was sent. Raises `DocumentUnavailable`."""
    try:
        return strict_json.loads(content.decode(), distinct_names=True)
    except ValueError as error:
        raise DocumentUnavailable(type(error).__name__) from error


def require_json(headers: Mapping[str, str]) -> None:
    """Raise `DocumentUnavailable` for what is not plain JSON by its headers."""
    media_type = headers.get("content-type", "").partition(";")[0].strip()
    if not _JSON.fullmatch(media_type):
        raise DocumentUnavailable("not served as JSON")
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise DocumentUnavailable("served compressed")


def _require_document(status: int, headers: Mapping[str, str]) -> None:
    if status != 200:
        raise DocumentUnavailable(f"status {status}", is_gone=status in _GONE)
    require_json(headers)
