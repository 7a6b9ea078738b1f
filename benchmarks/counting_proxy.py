"""Stands before DynamoDB or KMS, and counts what is asked of it."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import urlsplit

_READS = frozenset({"BatchGetItem", "GetItem", "Query", "Scan", "TransactGetItems"})


@dataclass(slots=True)
class Calls:
    """How many calls, retries among them, and the units that DynamoDB says they took."""

    number: int = 0
    read_units: float = 0
    write_units: float = 0


class CountingProxy:
    """Passes every request on, and asks DynamoDB to say what each takes."""

    def __init__(self, engine: str) -> None:
        """`engine` is the URL that it stands before."""
        self._engine = urlsplit(engine)
        self._calls = Calls()
        self._lock = Lock()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                proxy._pass_on(self)

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its name
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where functions find it."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def take(self) -> Calls:
        """What was counted since it was last taken."""
        with self._lock:
            taken, self._calls = self._calls, Calls()
        return taken

    def close(self) -> None:
        """Take no more requests."""
        self._server.shutdown()
        self._server.server_close()

    def _pass_on(self, request: BaseHTTPRequestHandler) -> None:
        service, _, operation = request.headers["x-amz-target"].partition(".")
        body = request.rfile.read(int(request.headers["content-length"]))
        if service.startswith("DynamoDB"):
            # the engines verify no signature, so what is asked may be changed
            body = json.dumps({**json.loads(body), "ReturnConsumedCapacity": "TOTAL"}).encode()
        status, content_type, content = self._asked(dict(request.headers), body)
        self._count(operation, json.loads(content or b"{}"))
        request.send_response(status)
        request.send_header("content-type", content_type)
        request.send_header("content-length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    def _asked(self, headers: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
        headers = {n: value for n, value in headers.items() if n.lower() != "content-length"}
        connection = http.client.HTTPConnection(self._engine.hostname or "", self._engine.port)
        try:
            connection.request("POST", "/", body, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("content-type", ""), answer.read()
        finally:
            connection.close()

    def _count(self, operation: str, answer: Mapping[str, Any]) -> None:
        consumed = answer.get("ConsumedCapacity", [])
        each = consumed if isinstance(consumed, list) else [consumed]
        units = sum(float(table["CapacityUnits"]) for table in each)
        with self._lock:
            self._calls.number += 1
            if operation in _READS:
                self._calls.read_units += units
            else:
                self._calls.write_units += units
