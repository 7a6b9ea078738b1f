"""Where the person's browser comes back to: a listener on 127.0.0.1 (RFC 8252 section 7.3)."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, Self

_PATH: Final = "/callback"
_PAGE: Final = b"<!doctype html><title>Gatehouse doctor</title><p>You can close this page."
_PATIENCE_SECONDS: Final = 10


class Listener:
    """A `with` block; keeps the first URL that answers the request with that state."""

    def __init__(self, state: str) -> None:
        self._came = threading.Event()
        self._target = ""
        listener = self

        class Handler(BaseHTTPRequestHandler):
            timeout = _PATIENCE_SECONDS

            def do_GET(self) -> None:
                known = self.path.startswith(f"{_PATH}?") and f"state={state}" in self.path
                self.send_response(200 if known else 404)
                self.send_header("content-type", "text/html")
                self.send_header("content-length", str(len(_PAGE) if known else 0))
                self.send_header("content-security-policy", "default-src 'none'")
                self.end_headers()
                if known:
                    self.wfile.write(_PAGE)
                    listener.keep(self.path)

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
                """Nothing: the path has a code in it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    def keep(self, target: str) -> None:
        """Remember where the browser came back to, once."""
        if not self._came.is_set():
            self._target = target
            self._came.set()

    @property
    def redirect_uri(self) -> str:
        """Where the listener is."""
        return f"http://127.0.0.1:{self._server.server_port}{_PATH}"

    def wait(self, seconds: float) -> str:
        """The URL that the browser came back to; empty if it did not in that time."""
        if not self._came.wait(seconds):
            return ""
        return self.redirect_uri.removesuffix(_PATH) + self._target

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
