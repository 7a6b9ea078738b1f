"""Fetching a JSON document from an `https` URL that a stranger named, without coming to harm.

The URL may lead into our own network, and its server may answer slowly, endlessly or with
something else than it promised. So every address that the host's name has is checked and the
connection goes to one of those very addresses, whatever the name resolves to a moment later; and
there is a limit on everything that comes back.
"""

import http.client
import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple, cast

from gatehouse import strict_json
from gatehouse.documents import Document, DocumentUnavailable
from gatehouse.fetch.addresses import is_public
from gatehouse.fetch.deadline import Deadline, SentTooMuch, TimedSocket
from gatehouse.fetch.freshness import fresh_for
from gatehouse.fetch.unreachable import Server, UnreachableServers

Resolve = Callable[[str, int], Sequence[tuple[Any, ...]]]
Connect = Callable[[tuple[str, int], float], socket.socket]

_SECONDS: Final = 5.0
_MOST_HEADERS: Final = 32 * 1024
_MOST_ADDRESSES: Final = 4
_GONE: Final = (404, 410)
_JSON: Final = re.compile(r"application/([A-Za-z0-9.!#$&^_-]+\+)?json", re.IGNORECASE)
_URL: Final = re.compile(
    r"https://(?P<host>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\])"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<target>/(?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)"
)
# What an exception says may be the stranger's words, which have no place in a log; this is ours.
_REASONS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (TimeoutError, "took too long"),
    (SentTooMuch, "sent too much"),
    (ssl.SSLCertVerificationError, "no certificate for that host"),
    (ssl.SSLError, "no TLS"),
    (socket.gaierror, "the host's name is not known"),
    (OSError, "no connection, or it was lost"),
)


class _Address(NamedTuple):
    server: Server
    target: str


class DocumentFetcher:
    """Keeps the promises of `FetchDocument`, for documents of at most `largest` bytes.

    `resolve` and `connect` are the two ways out of this process: the first answers as
    `socket.getaddrinfo` does, the second opens a connection to an IP address that was checked.
    """

    def __init__(
        self,
        *,
        largest: int,
        seconds: float = _SECONDS,
        resolve: Resolve | None = None,
        connect: Connect | None = None,
        context: Callable[[], ssl.SSLContext] = ssl.create_default_context,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._largest = largest
        self._seconds = seconds
        self._resolve = resolve or _resolve
        self._connect = connect or _connect
        self._make_context = context
        self._unreachable = UnreachableServers(clock)

    def __call__(self, url: str) -> Document:
        """The document at `url`, of which no redirect is followed. Raises `DocumentUnavailable`."""
        try:
            return self._fetch(_parse(url), Deadline(self._seconds))
        except http.client.HTTPException as error:
            raise DocumentUnavailable(f"no HTTP: {type(error).__name__}") from error
        except (OSError, ValueError) as error:
            raise DocumentUnavailable(_reason(error)) from error

    def _fetch(self, address: _Address, deadline: Deadline) -> Document:
        with self._secured(address, deadline) as secured:
            response = _ask(secured, address, deadline, self._largest + _MOST_HEADERS)
            headers = _headers(response)
            _require_plain_json(response.status, headers)
            content = response.read(self._largest + 1)
        if len(content) > self._largest:
            raise DocumentUnavailable(f"larger than {self._largest} bytes")
        value = strict_json.loads(content.decode(), distinct_names=True)
        return Document(value, fresh_for(headers, time.time()))

    @cached_property
    def _context(self) -> ssl.SSLContext:
        return self._make_context()

    def _secured(self, address: _Address, deadline: Deadline) -> ssl.SSLSocket:
        """A connection to the server, unless it could not be reached a moment ago."""
        if address.server in self._unreachable:
            raise DocumentUnavailable("the server could not be reached a moment ago")
        try:
            return self._shake_hands(address.server, deadline)
        except OSError:
            self._unreachable.add(address.server)
            raise

    def _shake_hands(self, server: Server, deadline: Deadline) -> ssl.SSLSocket:
        """A connection whose certificate is the host's, to an address that was checked."""
        opened = self._open(server, deadline)
        try:
            opened.settimeout(deadline.remaining())
            return self._context.wrap_socket(opened, server_hostname=server.host)
        except BaseException:
            opened.close()
            raise

    def _open(self, server: Server, deadline: Deadline) -> socket.socket:
        found = deadline.wait_for(lambda: self._resolve(server.host, server.port))
        hosts = list(dict.fromkeys(str(each[4][0]) for each in found))
        # One that leads elsewhere condemns the name: whoever mixes them has something in mind
        if not hosts or not all(map(is_public, hosts)):
            raise DocumentUnavailable("the host has no address, or one that is not public")
        failure: OSError | None = None
        hosts = hosts[:_MOST_ADDRESSES]
        for tried, host in enumerate(hosts):
            # each gets its share of the time, as the first may not answer at all
            share = deadline.remaining() / (len(hosts) - tried)
            try:
                return self._connect((host, server.port), share)
            except OSError as error:
                failure = error
        raise failure or OSError("no address")


def _parse(url: str) -> _Address:
    match = _URL.fullmatch(url) if len(url) <= 2048 else None
    if match is None:
        raise DocumentUnavailable("not an https URL with a host and a path")
    port = int(match["port"] or 443)
    # The ports below 1024 are other protocols', which have no business with us
    if port != 443 and not 1024 <= port <= 65535:
        raise DocumentUnavailable("a port that is not for https")
    return _Address(Server(match["host"].strip("[]").lower(), port), match["target"])


def _reason(error: Exception) -> str:
    reasons = (reason for kind, reason in _REASONS if isinstance(error, kind))
    return next(reasons, type(error).__name__)


def _ask(
    secured: ssl.SSLSocket, address: _Address, deadline: Deadline, most_bytes: int
) -> http.client.HTTPResponse:
    host, port = address.server
    connection = http.client.HTTPSConnection(host, port, context=secured.context)
    # http.client asks no more of a socket than this one can do
    connection.sock = cast("socket.socket", TimedSocket(secured, deadline, most_bytes))
    headers = {"accept": "application/json", "user-agent": "Gatehouse"}
    connection.request("GET", address.target, headers=headers)
    return connection.getresponse()


def _headers(response: http.client.HTTPResponse) -> dict[str, str]:
    """Names are lower-case, repeated headers joined with commas (RFC 9110 section 5.3)."""
    names = {name.lower() for name in response.headers}
    return {name: ", ".join(response.headers.get_all(name, ())) for name in names}


def _require_plain_json(status: int, headers: Mapping[str, str]) -> None:
    if status != 200:
        raise DocumentUnavailable(f"status {status}", is_gone=status in _GONE)
    media_type = headers.get("content-type", "").partition(";")[0].strip()
    if not _JSON.fullmatch(media_type):
        raise DocumentUnavailable("not served as JSON")
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise DocumentUnavailable("served compressed")


# Looked up when they are called, so that whoever arranges the network of a whole process can.
def _resolve(host: str, port: int) -> Sequence[tuple[Any, ...]]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def _connect(address: tuple[str, int], timeout: float) -> socket.socket:
    return socket.create_connection(address, timeout)
