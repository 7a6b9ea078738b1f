"""Lambda's Invoke API, for functions that hand events to other functions.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html. Asynchronous invocations only: the
event is taken, and its function runs on. What Lambda tries again, this does not.
"""

import contextlib
import json
import re
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from local.children import Ended
from local.execution_environment import FunctionError
from local.invocable import Invocable

_PATH: Final = re.compile(r"/2015-03-31/functions/([\w-]+)/invocations")
# Lambda's limit on what is handed over asynchronously: 1 MB
_LARGEST_EVENT: Final = 1_048_576


class InvocationApi:
    """Takes events on loopback, each for one of `functions`, which are by name."""

    def __init__(self, functions: Mapping[str, Invocable]) -> None:
        self._functions = functions
        self._server = _Server(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """What AWS_ENDPOINT_URL_LAMBDA holds."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Take no further events."""
        self._server.shutdown()
        self._server.server_close()

    def _take(self, path: str, invocation_type: str, content: bytes) -> tuple[int, str]:
        """The status that an invocation is answered with, and the error's name, if it is one."""
        match = _PATH.fullmatch(path)
        function = self._functions.get(match[1]) if match else None
        if function is None:
            return 404, "ResourceNotFoundException"
        if invocation_type != "Event":
            return 400, "InvalidParameterValueException"
        if len(content) > _LARGEST_EVENT:
            return 413, "RequestTooLargeException"
        try:
            event = json.loads(content)
        except ValueError:
            return 400, "InvalidRequestContentException"
        threading.Thread(target=_run, args=[function, event], daemon=True).start()
        return 202, ""

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # it costs 40 ms an answer

            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers.get("content-length") or 0))
                invocation_type = self.headers.get("x-amz-invocation-type", "")
                status, error = api._take(self.path, invocation_type, content)
                self.send_response(status)
                if error:
                    self.send_header("x-amzn-ErrorType", error)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any, **kwargs: Any) -> None:
                pass

        return Handler


def _run(function: Invocable, event: Any) -> None:
    with contextlib.suppress(FunctionError, Ended):  # the function's log tells of it
        function.invoke(event)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a killed process resets its connections
