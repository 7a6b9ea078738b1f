"""The HTTP server in front of the gateway."""

import asyncio
import http.client
import socket
import threading
from typing import Final

import uvicorn

from local.errors import LocalError
from local.gateway import Gateway

_KEEP_ALIVE_SECONDS: Final = 75
_START_SECONDS: Final = 10.0
_STOP_SECONDS: Final = 2


class HttpServer:
    """Serves the gateway from a thread, so that the main thread can wait for signals."""

    def __init__(self, gateway: Gateway, sockets: list[socket.socket]) -> None:
        """Start serving; return when a request is answered. Raises `LocalError`."""
        config = uvicorn.Config(
            gateway,
            http="h11",
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            log_level="critical",
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=_STOP_SECONDS,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=asyncio.run, args=[self._server.serve(sockets)], daemon=True
        )
        self._thread.start()
        _wait_until_answered(sockets[0].getsockname()[1])

    def stop_accepting(self) -> None:
        """Take no further requests."""
        self._server.should_exit = True

    def join(self) -> None:
        """Return when the requests that were under way are answered, or cut off."""
        self._thread.join(_STOP_SECONDS + 1)


def _wait_until_answered(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_START_SECONDS)
    try:
        connection.request("HEAD", "/")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException) as error:
        raise LocalError(f"the stack does not answer on port {port}: {error}") from None
    finally:
        connection.close()
