"""A whole MCP server with its sign-in, small enough to be broken anywhere.

What it answers is what every client wants. A test breaks it by a `Change`, which sees each request
with the right answer and gives another, or by a switch, which makes it behave otherwise.
"""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

RESOURCE = "/.well-known/oauth-protected-resource"
SERVER = "/.well-known/oauth-authorization-server"
CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-headers": "Authorization, Content-Type, MCP-Protocol-Version",
    "access-control-allow-methods": "GET, POST",
    "access-control-expose-headers": "WWW-Authenticate",
}


@dataclass(frozen=True)
class Asked:
    """A request: its form and its JSON are empty where it has none."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body).items()}

    @property
    def message(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.body) if self.body.startswith("{") else {}
        return value

    @property
    def token(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass(frozen=True)
class Given:
    """An answer; a body that is no text becomes JSON."""

    status: int = 200
    body: Any = ""
    headers: dict[str, str] = field(default_factory=dict)

    def having(self, **members: Any) -> "Given":
        """The same with other members in its JSON; None leaves one out."""
        body = {**self.body, **members}
        return replace(self, body={n: v for n, v in body.items() if v is not None})

    def with_headers(self, **headers: str | None) -> "Given":
        """The same with other headers; None leaves one out."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        merged: dict[str, str | None] = {**self.headers, **named}
        return replace(self, headers={n: v for n, v in merged.items() if v is not None})


Change = Callable[[Asked, Given], Given]
Answer = Callable[[Asked], Given]


class SmallServer:
    """Answers requests; `url` is where it runs. `switches` name what it does otherwise."""

    def __init__(self, switches: Iterable[str], change: Change) -> None:
        self.switches = frozenset(switches)
        self.change = change
        self.origin = ""
        self.lock = threading.Lock()
        # imported here, as each needs this module's words
        from tests.doctor.small_mcp import McpEndpoint
        from tests.doctor.small_oauth import OAuthEndpoints

        self.oauth = OAuthEndpoints(self)
        self.mcp = McpEndpoint(self)

    @property
    def url(self) -> str:
        return f"{self.origin}/mcp"

    def answer(self, asked: Asked) -> Given:
        with self.lock:
            return self.change(asked, self._right(asked))

    def _right(self, asked: Asked) -> Given:
        if asked.method == "OPTIONS":
            if asked.path == "/oauth/authorize":
                return Given(404)
            return Given(204, headers=CORS)
        routes: dict[tuple[str, str], Answer] = {
            ("POST", "/mcp"): self.mcp.post,
            ("GET", "/mcp"): self.mcp.get,
            **self.oauth.routes(),
        }
        route = routes.get((asked.method, asked.path))
        return route(asked) if route else Given(404, {"message": "Not Found"})


@contextmanager
def running(
    *switches: str, change: Change = lambda _, given: given, host: str = "127.0.0.1"
) -> Iterator[SmallServer]:
    """The server on a free port of `host`."""
    server = SmallServer(switches, change)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            given = server.answer(Asked(self.command, parts.path, query, headers, body))
            text = given.body if isinstance(given.body, str) else json.dumps(given.body)
            kind = "text/html" if isinstance(given.body, str) else "application/json"
            self.send_response(given.status)
            for name, value in {"content-type": kind, **given.headers}.items():
                self.send_header(name, value)
            if given.status != 204:
                self.send_header("content-length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = do_OPTIONS = do_DELETE = answer  # noqa: N815

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            """Nothing."""

    listener = ThreadingHTTPServer((host, 0), Handler)
    listener.daemon_threads = True
    server.origin = f"http://{host}:{listener.server_port}"
    thread = threading.Thread(target=listener.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()
