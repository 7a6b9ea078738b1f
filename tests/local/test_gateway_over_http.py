"""The way from a socket to a function and back: HTTP server, gateway, Runtime API, awslambdaric."""

import base64
import http.client
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.children import Children
from local.declared import Function
from local.function_log import FunctionLog
from local.http_server import HttpServer
from local.listener import listen
from local.recorder import VARIABLE
from local.runtime import LambdaFunction
from tests.local.test_gateway_properties import (
    BINARY_TYPES,
    COOKIES,
    HEADERS,
    METHODS,
    PATHS,
    QUERIES,
    TEXT_TYPES,
    Headers,
    gateway,
    joined,
)
from tests.running_stack import free_port

# Answers with its event, in base64, and gives the cookies back.
ECHO = """
import base64, json
def handler(event, context):
    body = base64.b64encode(json.dumps(event).encode()).decode()
    cookies = event.get("cookies", [])
    return {"statusCode": 203, "cookies": cookies, "body": body, "isBase64Encoded": True}
"""


@dataclass(frozen=True)
class Echoed:
    """What the function saw, and the cookies that came back."""

    event: Any
    cookies: list[str]


Ask = Callable[..., Echoed]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(VARIABLE, raising=False)  # the recorder wants the layer, and there is none
        yield from _running(tmp_path_factory.mktemp("echo"))


def _running(folder: Path) -> Iterator[Ask]:
    (folder / "app.py").write_text(ECHO)
    children = Children()
    declared = Function("Echo", "python3.13", folder, (), "app.handler", {}, 30, 512)
    log = FunctionLog(folder / "functions.log")
    function = LambdaFunction(declared, endpoints={}, children=children, log=log)
    port = free_port()
    server = HttpServer(gateway(function), listen(port))
    connection = http.client.HTTPConnection("127.0.0.1", port)

    def send(method: str, target: str, headers: Headers, body: bytes) -> Echoed:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in [*headers, ("content-length", str(len(body)))]:
            connection.putheader(name, value.encode("latin-1"))
        connection.endheaders(body)
        answer = connection.getresponse()
        event = json.loads(answer.read())
        assert answer.status == 203, event
        return Echoed(event, answer.headers.get_all("set-cookie", []))

    yield send
    connection.close()
    server.stop_accepting()
    children.end()
    server.join()


@settings(max_examples=25)
@given(
    method=METHODS,
    path=PATHS,
    query=QUERIES,
    headers=HEADERS,
    cookies=COOKIES,
    content_type=st.sampled_from([*TEXT_TYPES, *BINARY_TYPES]),
    body=st.binary(),
)
def test_a_function_sees_what_was_sent_and_a_client_what_was_answered(
    ask: Ask,
    *,
    method: str,
    path: str,
    query: str,
    headers: Headers,
    cookies: list[str],
    content_type: str,
    body: bytes,
) -> None:
    sent = [*headers, ("content-type", content_type)]
    sent += [("cookie", "; ".join(cookies))] if cookies else []
    echoed = ask(method, f"{path}?{query}" if query else path, sent, body)

    event = echoed.event
    assert (event["requestContext"]["http"]["method"], event["rawPath"]) == (
        method,
        unquote(path, errors="replace"),
    )
    assert event["rawQueryString"] == query
    assert {name: event["headers"][name] for name, _ in headers} == joined(headers)
    assert event.get("cookies", []) == cookies == echoed.cookies
    text = event.get("body", "")
    assert (base64.b64decode(text) if event["isBase64Encoded"] else text.encode()) == body
