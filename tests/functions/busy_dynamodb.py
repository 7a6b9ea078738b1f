"""DynamoDB when its tables are busy: of a batch it reads nothing, and everything else it does."""

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit


@contextmanager
def busy_dynamodb(endpoint: str) -> Iterator[str]:
    """The URL of a server that passes calls on to the one at `endpoint`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers["x-amz-target"].endswith(".BatchGetItem"):
                left_out = json.loads(body)["RequestItems"]
                answer = {"Responses": {}, "UnprocessedKeys": left_out}
                status, content = 200, json.dumps(answer).encode()
            else:
                status, content = self._passed_on(body)
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def _passed_on(self, body: bytes) -> tuple[int, bytes]:
            connection = http.client.HTTPConnection(urlsplit(endpoint).netloc)
            try:
                connection.request("POST", "/", body, dict(self.headers))
                answer = connection.getresponse()
                return answer.status, answer.read()
            finally:
                connection.close()

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
