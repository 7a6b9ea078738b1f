"""JSON documents that others publish: client metadata, key sets, the metadata of issuers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol

from gatehouse.errors import GatehouseError

# One spelling for each host: no IP address, which has many, and no digits but ASCII's.
_HOST: Final = re.compile(
    r"https://((?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z][A-Za-z0-9-]{0,62})(?::[1-9][0-9]{0,4})?/"
)
_LONGEST_HOST: Final = 253  # RFC 1035 section 2.3.4


def host_of(url: str) -> str | None:
    """The name of the host that an https URL leads to, by whichever port; None without a name."""
    match = _HOST.match(url)
    return match[1].lower() if match and len(match[1]) <= _LONGEST_HOST else None


class DocumentUnavailable(GatehouseError):
    """A document could not be had; the message is for the log, and of our own words.

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


class ApiAnswer(NamedTuple):
    """What an API answered in JSON: with 200, or with a refusal (4xx)."""

    status: int
    value: Any


class CallApi(Protocol):
    """Sends a form, or asks with GET where there is none.

    Raises `DocumentUnavailable` for whatever is not an answer in JSON.
    """

    def __call__(
        self,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ApiAnswer: ...
