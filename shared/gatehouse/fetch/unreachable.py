"""Servers that nothing could be sent to a moment ago, so that nobody waits for them again."""

import time
from collections.abc import Callable
from typing import Final, NamedTuple

_SECONDS: Final = 30.0
_MOST_SERVERS: Final = 256


class Server(NamedTuple):
    """Where one answers: the other ports of a host are other servers."""

    host: str
    port: int


class UnreachableServers:
    """Those of the last half minute, for the life of the process, the latest ones.

    Only what happened before a request was sent counts. What follows depends on the path, which a
    stranger chose: one that is slow must not stand for the others there.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[Server, float] = {}

    def __contains__(self, server: Server) -> bool:
        return self._until.get(server, 0.0) > self._clock()

    def add(self, server: Server) -> None:
        self._until.pop(server, None)
        self._until[server] = self._clock() + _SECONDS
        while len(self._until) > _MOST_SERVERS:
            del self._until[next(iter(self._until))]
