"""moto's server as a process of its own: `python -m local.moto_server FD`.

FD is a listening socket of 127.0.0.1. Any GET is answered with 200: that is how to see that it is
up. It writes nothing as long as nothing is wrong.
"""

import sys
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class _OneAtATime:
    """moto, one call at a time: its conditional writes are not atomic among threads."""

    def __init__(self) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._lock = threading.Lock()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "GET":
            start_response("200 OK", [("Content-Length", "0")])
            return []
        with self._lock:
            answer: Iterable[bytes] = self._moto(environ, start_response)
        return answer


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"  # so that connections stay open between calls
    disable_nagle_algorithm = True

    def log(self, *args: Any, **kwargs: Any) -> None:
        pass


def main(descriptor: int) -> None:
    """Serve for as long as the process lives."""
    server = make_server(
        "127.0.0.1", 0, _OneAtATime(), threaded=True, request_handler=_Quiet, fd=descriptor
    )
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
