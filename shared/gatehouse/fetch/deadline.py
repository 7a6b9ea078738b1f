"""A limit on the time and the bytes that one exchange with a stranger may take."""

import io
import socket
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

_Result = TypeVar("_Result")


class SentTooMuch(OSError):
    """More bytes came than were wanted."""


class Deadline:
    """A moment after which an exchange is given up."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds until then. Raises `TimeoutError` when there are none."""
        remaining = self._at - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("took too long")
        return remaining

    def wait_for(self, work: Callable[[], _Result]) -> _Result:
        """What `work` returns, or raises, unless that takes too long: then it is left alone.

        For work that takes no timeout, as asking the resolver is.
        """
        results: list[_Result] = []
        errors: list[Exception] = []

        def run() -> None:
            try:
                results.append(work())
            except Exception as error:
                errors.append(error)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        thread.join(self.remaining())
        if errors:
            raise errors[0]
        if not results:
            raise TimeoutError("took too long")
        return results[0]


class TimedSocket:
    """What `http.client` needs of a socket, with one deadline for all of it.

    A socket's own timeout begins anew with every byte that arrives, so that a server which sends
    one now and then would hold us forever.
    """

    def __init__(self, inner: socket.socket, deadline: Deadline, most_bytes: int) -> None:
        self._inner = inner
        self._deadline = deadline
        self._most_bytes = most_bytes

    def sendall(self, content: bytes) -> None:
        self._inner.settimeout(self._deadline.remaining())
        self._inner.sendall(content)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._inner, self._deadline, self._most_bytes))

    def close(self) -> None:
        """Do nothing: `http.client` calls this when the answer has yet to be read."""


class _TimedReader(io.RawIOBase):
    def __init__(self, inner: socket.socket, deadline: Deadline, most_bytes: int) -> None:
        super().__init__()
        self._inner = inner
        self._deadline = deadline
        self._left = most_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._inner.settimeout(self._deadline.remaining())
        count = self._inner.recv_into(buffer)
        self._left -= count
        if self._left < 0:
            raise SentTooMuch("sent too much")
        return count
