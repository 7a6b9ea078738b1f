"""One exchange of HTTP with a server that somebody named, without coming to harm.

The server may answer slowly, endlessly or with something else than it promised, so there is a limit
on everything that comes back.
"""

import http.client
import socket
import ssl
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, cast

from gatehouse.documents import DocumentUnavailable
from gatehouse.fetch.connections import Address, Connections
from gatehouse.fetch.deadline import Deadline, SentTooMuch, TimedSocket

Require = Callable[[int, Mapping[str, str]], None]

_SECONDS: Final = 5.0
_MOST_HEADERS: Final = 32 * 1024
# What an exception says may be the stranger's words, which have no place in a log; this is ours.
_REASONS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (TimeoutError, "took too long"),
    (SentTooMuch, "sent too much"),
    (ssl.SSLCertVerificationError, "no certificate for that host"),
    (ssl.SSLError, "no TLS"),
    (socket.gaierror, "the host's name is not known"),
    (OSError, "no connection, or it was lost"),
)


class Sending(NamedTuple):
    """What is sent: a GET without a body, else a POST. Header names are lower-case."""

    headers: Mapping[str, str]
    body: bytes | None = None


class Answer(NamedTuple):
    """What came back. Header names are lower-case, repeated headers joined with commas."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Exchanges:
    """Exchanges of at most `largest` bytes and `seconds` each; `ways_out` are `Connections`'s."""

    def __init__(self, *, largest: int, seconds: float = _SECONDS, **ways_out: Any) -> None:
        self._largest = largest
        self._seconds = seconds
        self._connections = Connections(**ways_out)

    def ask(self, url: str, sending: Sending, require: Require) -> Answer:
        """The answer of `url`, of which no redirect is followed. Raises `DocumentUnavailable`.

        `require` raises it for a status and headers whose content is not worth reading.
        """
        try:
            return self._ask(self._connections.address(url), sending, require)
        except http.client.HTTPException as error:
            raise DocumentUnavailable(f"no HTTP: {type(error).__name__}") from error
        except (OSError, ValueError) as error:
            raise DocumentUnavailable(_reason(error)) from error

    def _ask(self, address: Address, sending: Sending, require: Require) -> Answer:
        deadline = Deadline(self._seconds)
        with self._connections.open(address, deadline) as opened:
            # http.client asks no more of a socket than this one can do
            timed = TimedSocket(opened, deadline, self._largest + _MOST_HEADERS)
            connection = _connection(opened, address)
            connection.sock = cast("socket.socket", timed)
            response = _send(connection, address.target, sending)
            headers = _headers(response)
            require(response.status, headers)
            content = response.read(self._largest + 1)
        if len(content) > self._largest:
            raise DocumentUnavailable(f"larger than {self._largest} bytes")
        return Answer(response.status, headers, content)


def _reason(error: Exception) -> str:
    reasons = (reason for kind, reason in _REASONS if isinstance(error, kind))
    return next(reasons, type(error).__name__)


def _connection(opened: socket.socket, address: Address) -> http.client.HTTPConnection:
    host, port = address.server
    if isinstance(opened, ssl.SSLSocket):
        return http.client.HTTPSConnection(host, port, context=opened.context)
    return http.client.HTTPConnection(host, port)


def _send(
    connection: http.client.HTTPConnection, target: str, sending: Sending
) -> http.client.HTTPResponse:
    headers = {"accept": "application/json", "user-agent": "Gatehouse", **sending.headers}
    method = "GET" if sending.body is None else "POST"
    connection.request(method, target, sending.body, headers)
    return connection.getresponse()


def _headers(response: http.client.HTTPResponse) -> dict[str, str]:
    """Names are lower-case, repeated headers joined with commas (RFC 9110 section 5.3)."""
    names = {name.lower() for name in response.headers}
    return {name: ", ".join(response.headers.get_all(name, ())) for name in names}
