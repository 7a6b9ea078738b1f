"""A small Internet on loopback: names, public addresses, and HTTPS sites under a private CA.

It stands behind the two ways out that a fetch has, `resolve` and `connect`, so that everything
between them is real: the check of the addresses, TLS, the certificate, HTTP.
"""

import json
import socket
import ssl
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from tests.certificates import Authority

PUBLIC = "93.184.215.14"
Reply = Callable[[BaseHTTPRequestHandler], None]


def document(value: object, **headers: str) -> Reply:
    """A JSON document with further headers; `_` in their names stands for `-`."""
    return answer(json.dumps(value).encode(), {"content_type": "application/json", **headers})


def answer(body: bytes, headers: Mapping[str, str] | None = None, *, status: int = 200) -> Reply:
    """An answer as it is; its headers likewise."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"content_length": str(len(body)), **(headers or {})}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return reply


class Internet:
    """Sites by URL. Every name leads to `PUBLIC` unless `names` says otherwise."""

    def __init__(self) -> None:
        self.authority = Authority()
        self.names: dict[str, list[str]] = {}
        self.connected: list[tuple[str, int]] = []
        self.resolved: list[str] = []
        self._server = _Server(self.authority)
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def asked(self) -> list[tuple[str, Mapping[str, str]]]:
        """Every request that came: its URL and its headers."""
        return self._server.asked

    @property
    def is_closing(self) -> Event:
        """Set when nobody waits for answers any more."""
        return self._server.is_closing

    def publish(self, url: str, reply: Reply) -> None:
        self._server.replies[url] = reply

    def forget(self, url: str) -> None:
        """From now on the site says that there is nothing there."""
        self._server.replies.pop(url, None)

    def forget_everything(self) -> None:
        """Leave nothing of one test to the next."""
        self.names.clear()
        self.connected.clear()
        self.resolved.clear()
        self.authority.wrong_names.clear()
        self._server.asked.clear()
        self._server.replies.clear()

    def surround(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        """Be the Internet of this whole process; what is on loopback stays as it is."""
        file = folder / "authority.pem"
        file.write_text(self.authority.pem)
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        resolve, connect = socket.getaddrinfo, socket.create_connection

        def outer_resolve(host: str, port: int, *rest: Any, **named: Any) -> Any:
            is_ours = host == "localhost" or host.replace(".", "").isdigit()
            return resolve(host, port, *rest, **named) if is_ours else self.resolve(host, port)

        def outer_connect(address: tuple[str, int], *rest: Any, **named: Any) -> socket.socket:
            is_public_one = address[0] == PUBLIC
            return self.connect(address, 5) if is_public_one else connect(address, *rest, **named)

        monkeypatch.setattr(socket, "getaddrinfo", outer_resolve)
        monkeypatch.setattr(socket, "create_connection", outer_connect)

    def times_asked(self, url: str) -> int:
        return sum(asked == url for asked, _ in self.asked)

    def resolve(self, host: str, port: int) -> list[tuple[Any, ...]]:
        self.resolved.append(host)
        addresses = self.names.get(host, [PUBLIC])
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    def connect(self, address: tuple[str, int], timeout: float) -> socket.socket:
        self.connected.append(address)
        return socket.create_connection(("127.0.0.1", self._server.server_port), timeout)

    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cadata=self.authority.pem)

    def close(self) -> None:
        self._server.is_closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, authority: Authority) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies: dict[str, Reply] = {}
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self.is_closing = Event()
        self._context = authority.server_context()

    def get_request(self) -> tuple[socket.socket, Any]:
        accepted, address = super().get_request()
        accepted.settimeout(10)
        # the handshake is for the handler's thread: a client may never finish it
        secured = self._context.wrap_socket(
            accepted, server_side=True, do_handshake_on_connect=False
        )
        return secured, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are what is tested."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    body = b""

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers["content-length"]))
        self.do_GET()

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        url = f"https://{headers['host']}{self.path}"
        self.server.asked.append((url, headers))
        self.server.replies.get(url, answer(b"nothing here", status=404))(self)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        pass
