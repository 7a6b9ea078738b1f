"""JSON documents that others publish: client metadata, key sets, the metadata of issuers."""

from dataclasses import dataclass
from typing import Any, Protocol

from gatehouse.errors import GatehouseError


class DocumentUnavailable(GatehouseError):
    """A document could not be had; the message is for the log.

    `is_gone` is whether its own server said that there is none (404, 410), rather than that it
    could not be asked.
    """

    def __init__(self, message: str, *, is_gone: bool = False) -> None:
        super().__init__(message)
        self.is_gone = is_gone


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON value and for how many seconds its HTTP headers let it be kept (RFC 9111)."""

    value: Any
    fresh_for: int


class FetchDocument(Protocol):
    """Fetches a document from an `https` URL, however hostile that URL and its server are.

    Raises `DocumentUnavailable`.
    """

    def __call__(self, url: str) -> Document: ...
