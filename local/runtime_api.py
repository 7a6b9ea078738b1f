"""Lambda's Runtime API, for one execution environment.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. Each environment has a server of its
own: a process that is killed leaves its request for the next event behind, and on a shared server
that request would take an event from its successors.
"""

import base64
import http.client
import queue
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from typing import Any, Final, Literal

from local.account import function_arn

_PREFIX: Final = "/2018-06-01/runtime/"
_CLOSE: Final = None


@dataclass(frozen=True, slots=True)
class Report:
    """What became known about the environment; `content` is the JSON that came with it.

    A streamed result is reported by `chunk`, and ends with `end`, or with an `error`.
    """

    kind: Literal["ready", "result", "chunk", "end", "error", "init error", "exit"]
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class _Invocation:
    event: bytes
    deadline_ms: int


class RuntimeApi:
    """Hands out events and collects `reports`."""

    def __init__(self, function_name: str) -> None:
        self._function_name = function_name
        self._events: queue.SimpleQueue[_Invocation | None] = queue.SimpleQueue()
        self.reports: queue.SimpleQueue[Report] = queue.SimpleQueue()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """What AWS_LAMBDA_RUNTIME_API holds."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def send(self, event: bytes, *, timeout: float) -> None:
        """Hand out an event, which is JSON, that has `timeout` seconds."""
        deadline_ms = int((time.time() + timeout) * 1000)
        self._events.put(_Invocation(event, deadline_ms))

    def close(self) -> None:
        """Stop, and let go of a request for an event that nobody reads any more."""
        self._events.put(_CLOSE)
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # it costs 40 ms an answer

            def do_GET(self) -> None:
                api.reports.put(Report("ready"))
                invocation = api._events.get()
                if invocation is _CLOSE:
                    self.close_connection = True
                    return
                self._answer(200, invocation.event, api._invocation_headers(invocation))

            def do_POST(self) -> None:
                if self.headers.get("lambda-runtime-function-response-mode") == "streaming":
                    self._take_stream()
                    return
                content = self.rfile.read(int(self.headers.get("content-length") or 0))
                path = self.path.removeprefix(_PREFIX)
                self._answer(202, b'{"status":"OK"}', {})
                if path == "init/error":
                    api.reports.put(Report("init error", content))
                elif path.endswith("/error"):
                    api.reports.put(Report("error", content))
                else:
                    api.reports.put(Report("result", content))

            def _take_stream(self) -> None:
                for chunk in read_chunks(self.rfile):
                    api.reports.put(Report("chunk", chunk))
                trailers = http.client.parse_headers(self.rfile)
                self._answer(202, b'{"status":"OK"}', {})
                error = trailers.get("lambda-runtime-function-error-body")
                if error is None:
                    api.reports.put(Report("end"))
                else:
                    api.reports.put(Report("error", base64.b64decode(error)))

            def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any, **kwargs: Any) -> None:
                pass

        return Handler

    def _invocation_headers(self, invocation: _Invocation) -> dict[str, str]:
        return {
            "Lambda-Runtime-Aws-Request-Id": str(uuid.uuid4()),
            "Lambda-Runtime-Deadline-Ms": str(invocation.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": function_arn(self._function_name),
        }


def read_chunks(stream: BufferedIOBase) -> Iterator[bytes]:
    """The chunks of a body (RFC 9112 section 7.1); the trailers behind the last are not read."""
    while size := int(stream.readline().partition(b";")[0], 16):
        yield stream.read(size)
        stream.readline()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a killed process resets its connections
