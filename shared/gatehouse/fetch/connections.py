"""Connections to servers that somebody named, wherever the name leads.

The URL may lead into our own network. So every address that the host's name has is checked and the
connection goes to one of those very addresses, whatever the name resolves to a moment later.
"""

import re
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

from gatehouse.documents import DocumentUnavailable
from gatehouse.fetch.addresses import is_public
from gatehouse.fetch.deadline import Deadline
from gatehouse.fetch.unreachable import Server, UnreachableServers

Resolve = Callable[[str, int], Sequence[tuple[Any, ...]]]
Connect = Callable[[tuple[str, int], float], socket.socket]

_MOST_ADDRESSES: Final = 4
_URL: Final = re.compile(
    r"https://(?P<host>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\])"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<target>/(?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)"
)
_LOOPBACK: Final = re.compile(
    r"http://(?:localhost|127\.0\.0\.1)(?::(?P<port>[1-9][0-9]{0,4}))?(?P<target>/[!-~]*)"
)


class Address(NamedTuple):
    """Where a URL leads. What is on this machine itself needs no TLS."""

    server: Server
    target: str
    on_loopback: bool = False


class Connections:
    """Opens them. `resolve` and `connect` are the two ways out of this process.

    The first answers as `socket.getaddrinfo` does, the second opens a connection to an IP address
    that was checked. `loopback` is whether plain http to this machine is allowed as well, which is
    for a stack that is on it itself.
    """

    def __init__(
        self,
        *,
        loopback: bool = False,
        resolve: Resolve | None = None,
        connect: Connect | None = None,
        context: Callable[[], ssl.SSLContext] = ssl.create_default_context,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._loopback = loopback
        self._resolve = resolve or _resolve
        self._connect = connect or _connect
        self._make_context = context
        self._unreachable = UnreachableServers(clock)

    def address(self, url: str) -> Address:
        """Where `url` leads. Raises `DocumentUnavailable` for one that nothing is sent to."""
        if self._loopback and (match := _LOOPBACK.fullmatch(url)):
            server = Server("localhost", int(match["port"] or 80))
            return Address(server, match["target"], on_loopback=True)
        match = _URL.fullmatch(url) if len(url) <= 2048 else None
        if match is None:
            raise DocumentUnavailable("not an https URL with a host and a path")
        port = int(match["port"] or 443)
        # The ports below 1024 are other protocols', which have no business with us
        if port != 443 and not 1024 <= port <= 65535:
            raise DocumentUnavailable("a port that is not for https")
        return Address(Server(match["host"].strip("[]").lower(), port), match["target"])

    def open(self, address: Address, deadline: Deadline) -> socket.socket:
        """A connection to the server, unless it could not be reached a moment ago."""
        if address.on_loopback:
            return self._connect(("127.0.0.1", address.server.port), deadline.remaining())
        if address.server in self._unreachable:
            raise DocumentUnavailable("the server could not be reached a moment ago")
        try:
            return self._shake_hands(address.server, deadline)
        except OSError:
            self._unreachable.add(address.server)
            raise

    @cached_property
    def _context(self) -> ssl.SSLContext:
        return self._make_context()

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


# Looked up when they are called, so that whoever arranges the network of a whole process can.
def _resolve(host: str, port: int) -> Sequence[tuple[Any, ...]]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def _connect(address: tuple[str, int], timeout: float) -> socket.socket:
    return socket.create_connection(address, timeout)
