"""Lambda's Runtime API with streamed answers, which Lambda's own Python runtime cannot give.

`python -m gatehouse.streaming` runs a function in the place of that runtime
(functions/mcp/stream). A handler is called with an event and a context, as ever, and returns a
result as ever (payload format 2.0), whose body may also be an iterator of bytes: then each goes out
as soon as it is there.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
"""

import base64
import http.client
import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

_PREFIX: Final = "/2018-06-01/runtime"
_INTEGRATION: Final = "application/vnd.awslambda.http-integration-response"
_ERROR_TYPE: Final = "Lambda-Runtime-Function-Error-Type"
_ERROR_BODY: Final = "Lambda-Runtime-Function-Error-Body"
# What stands between the status with its headers, and the body
_END_OF_PRELUDE: Final = b"\0" * 8

Handler = Callable[[Any, "StreamContext"], Mapping[str, Any]]


class StreamContext(NamedTuple):
    """What a handler may know of its invocation; of Lambda's context what we need."""

    aws_request_id: str
    deadline_ms: int

    def get_remaining_time_in_millis(self) -> int:
        return max(self.deadline_ms - int(time.time() * 1000), 0)


class RuntimeClient:
    """One function's side of the Runtime API at `address`. Not for use by several threads."""

    def __init__(self, address: str) -> None:
        self._address = address
        # No timeout: the next event may be hours away, in which Lambda stops the process
        self._connection = http.client.HTTPConnection(address)

    def next_invocation(self) -> tuple[Any, StreamContext]:
        """Wait for an event."""
        self._connection.request("GET", f"{_PREFIX}/invocation/next")
        answer = self._connection.getresponse()
        event = json.loads(answer.read())
        trace_id = answer.headers.get("Lambda-Runtime-Trace-Id")
        if trace_id:
            os.environ["_X_AMZN_TRACE_ID"] = trace_id
        return event, StreamContext(
            answer.headers["Lambda-Runtime-Aws-Request-Id"],
            int(answer.headers["Lambda-Runtime-Deadline-Ms"]),
        )

    def stream(self, request_id: str, result: Mapping[str, Any]) -> None:
        """Send a result; an error of its body is told in the trailers."""
        # A connection of its own: one that was cut off must not cost the next event
        connection = http.client.HTTPConnection(self._address)
        connection.putrequest("POST", f"{_PREFIX}/invocation/{request_id}/response")
        connection.putheader("Lambda-Runtime-Function-Response-Mode", "streaming")
        connection.putheader("Transfer-Encoding", "chunked")
        connection.putheader("Content-Type", _INTEGRATION)
        connection.putheader("Trailer", _ERROR_TYPE)
        connection.putheader("Trailer", _ERROR_BODY)
        connection.endheaders()
        try:
            _send_chunk(connection, _prelude(result) + _END_OF_PRELUDE)
            connection.send(b"0\r\n" + _send_body(connection, result) + b"\r\n")
            connection.getresponse().read()
        finally:
            connection.close()

    def report_error(self, path: str, error: BaseException) -> None:
        """Tell of an error before any answer: `init/error`, or `invocation/<id>/error`."""
        headers = {"Content-Type": "application/json", _ERROR_TYPE: type(error).__name__}
        self._connection.request("POST", f"{_PREFIX}/{path}", _described(error), headers)
        self._connection.getresponse().read()


def _prelude(result: Mapping[str, Any]) -> bytes:
    members = {
        name: result[name] for name in ("statusCode", "headers", "cookies") if name in result
    }
    return json.dumps(members).encode()


def _send_body(connection: http.client.HTTPConnection, result: Mapping[str, Any]) -> bytes:
    """Send the body; the trailers that tell how it ended."""
    body = _chunks(result)
    try:
        for chunk in body:
            _send_chunk(connection, chunk)
    except OSError:
        raise  # Lambda has hung up: nobody is left to be told
    except Exception as error:
        traceback.print_exception(error)
        encoded = base64.b64encode(_described(error)).decode()
        trailers = f"{_ERROR_TYPE}: {type(error).__name__}\r\n{_ERROR_BODY}: {encoded}\r\n"
        return trailers.encode()
    finally:
        if hasattr(body, "close"):
            body.close()
    return b""


def _chunks(result: Mapping[str, Any]) -> Iterable[bytes]:
    body = result.get("body") or ""
    if not isinstance(body, str):
        chunks: Iterable[bytes] = body
        return chunks
    return [base64.b64decode(body) if result.get("isBase64Encoded") else body.encode()]


def _send_chunk(connection: http.client.HTTPConnection, chunk: bytes) -> None:
    # an empty chunk would be the last one (RFC 9112 section 7.1)
    if chunk:
        connection.send(b"%x\r\n%b\r\n" % (len(chunk), chunk))


def _described(error: BaseException) -> bytes:
    trace = traceback.format_tb(error.__traceback__)
    described = {
        "errorType": type(error).__name__,
        "errorMessage": str(error),
        "stackTrace": trace,
    }
    return json.dumps(described).encode()


def _load(handler: str) -> Handler:
    module, _, attribute = handler.rpartition(".")
    loaded: Handler = getattr(importlib.import_module(module), attribute)
    return loaded


def main() -> None:
    """Load the function's handler and answer events until Lambda ends the process."""
    # Lambda reads the log line by line, and a pipe would collect them
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(line_buffering=True)
    client = RuntimeClient(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        handler = _load(os.environ["_HANDLER"])
    except BaseException as error:
        client.report_error("init/error", error)
        raise
    while True:
        event, context = client.next_invocation()
        try:
            result = handler(event, context)
        except Exception as error:
            traceback.print_exception(error)
            client.report_error(f"invocation/{context.aws_request_id}/error", error)
            continue
        try:
            client.stream(context.aws_request_id, result)
        except OSError as error:
            # it has hung up, as when the time was up; the next event is another matter
            traceback.print_exception(error)


if __name__ == "__main__":
    main()
