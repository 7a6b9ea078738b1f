"""A web site of somebody else on this machine: a client's callback, or a page that means harm."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

# The icon keeps browsers from asking for one by themselves.
_HEAD = '<!doctype html><link rel="icon" href="data:,"><title>Elsewhere</title>'


@dataclass
class LoopbackSite:
    """What the site serves, bodies by path, and what it was asked for at `/callback`."""

    url: str
    pages: dict[str, str] = field(default_factory=lambda: {"/callback": "<h1>Connected</h1>"})
    redirects: dict[str, str] = field(default_factory=dict)
    arrivals: list[dict[str, str]] = field(default_factory=list)

    @property
    def callback(self) -> str:
        """The redirect URI of a client that lives here."""
        return f"{self.url}/callback"


@contextmanager
def loopback_site(host: str = "127.0.0.1") -> Iterator[LoopbackSite]:
    """A site on a port of its own. To a browser, `localhost` and `127.0.0.1` are two sites."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            target = urlsplit(self.path)
            if target.path == "/callback":
                site.arrivals.append(dict(parse_qsl(target.query, strict_parsing=True)))
            if target.path in site.redirects:
                self.send_response(302)
                self.send_header("location", site.redirects[target.path])
                self.end_headers()
                return
            self.send_response(200 if target.path in site.pages else 404)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"{_HEAD}{site.pages.get(target.path, '')}".encode())

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 (the name is the base class's)
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = LoopbackSite(f"http://{host}:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
