"""The port that the stack listens on."""

import errno
import socket
from typing import Final

from local.errors import LocalError

# `localhost` may be either of them.
_ADDRESSES: Final = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
_BACKLOG: Final = 256


def listen(port: int) -> list[socket.socket]:
    """Take the port on every loopback address there is. Raises `LocalError` if it is taken."""
    sockets = []
    for family, address in _ADDRESSES:
        try:
            sockets.append(socket.create_server((address, port), family=family, backlog=_BACKLOG))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise LocalError(f"port {port} is taken; choose another one with PORT=") from None
            if family == socket.AF_INET:
                raise LocalError(f"cannot listen on port {port}: {error.strerror}") from None
    return sockets
