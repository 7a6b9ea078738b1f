"""Where the person's browser comes back to: a listener on 127.0.0.1 (RFC 8252 section 7.3)."""

import hmac
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from typing import Final, Self
from urllib.parse import parse_qs, urlsplit

_PATH: Final = "/callback"
_PAGE: Final = b"<!doctype html><title>Gatehouse doctor</title><p>You can close this page."
_PATIENCE_SECONDS: Final = 10


class Listener:
    """A `with` block; hears the answers to the authorization request with the state expected."""

    def __init__(self) -> None:
        self.expected = ""
        self.returned: Queue[str] = Queue()
        listener = self

        class Handler(BaseHTTPRequestHandler):
            timeout = _PATIENCE_SECONDS

            def do_GET(self) -> None:
                known = listener.hear(self.path)
                self.send_response(200 if known else 404)
                self.send_header("content-type", "text/html")
                self.send_header("content-length", str(len(_PAGE) if known else 0))
                self.send_header("content-security-policy", "default-src 'none'")
                self.end_headers()
                if known:
                    self.wfile.write(_PAGE)

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
                """Nothing: the path has a code in it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    def hear(self, target: str) -> bool:
        """Whether a browser came back with the answer; anything else is nobody's."""
        parts = urlsplit(target)
        state = parse_qs(parts.query).get("state", [""])[0]
        same = hmac.compare_digest(state.encode(), self.expected.encode())
        if parts.path != _PATH or not self.expected or not same:
            return False
        self.returned.put(target)
        return True

    @property
    def redirect_uri(self) -> str:
        """Where the listener is."""
        return f"http://127.0.0.1:{self._server.server_port}{_PATH}"

    def wait(self, seconds: float) -> str:
        """The URL that the browser came back to; empty if it did not in that time."""
        try:
            return self.redirect_uri.removesuffix(_PATH) + self.returned.get(timeout=seconds)
        except Empty:
            return ""
        finally:
            self.expected = ""

    def __enter__(self) -> Self:
        # often, as closing waits for a turn
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
