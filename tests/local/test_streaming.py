"""The way of a streamed answer: gatehouse.streaming, the Runtime API, the function's URL, HTTP."""

import http.client
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.children import Children
from local.declared import Function
from local.function_log import FunctionLog
from local.function_urls import FunctionUrls
from local.gateway import Gateway
from local.http_server import HttpServer
from local.listener import listen
from local.recorder import VARIABLE
from local.runtime import LambdaFunction
from tests.running_stack import ROOT, free_port

# Streams what its query asks for. A second part waits until the test has seen the first.
FUNCTION = """
import json, os, time
from pathlib import Path

def parts(event, context):
    yield b"first "
    while not Path("seen").exists():
        time.sleep(0.01)
    yield b""
    yield b"second"
    if event["rawQueryString"] == "fail":
        raise ValueError("in the midst of it")

def handler(event, context):
    query = event["rawQueryString"]
    if query == "raise":
        raise ValueError("before any answer")
    if query == "plain":
        told = {"event": event, "left": context.get_remaining_time_in_millis(), "pid": os.getpid()}
        headers = {"content-type": "application/json", "x-own": "a"}
        return {"statusCode": 203, "headers": headers, "cookies": ["a=b"], "body": json.dumps(told)}
    if query == "base64":
        return {"statusCode": 200, "body": "AP8=", "isBase64Encoded": True}
    if query == "end":
        os._exit(3)
    headers = {"content-type": "text/plain"}
    return {"statusCode": 200, "headers": headers, "body": parts(event, context)}
"""


class Streaming:
    """The function, behind the local HTTP server at /a and nowhere else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.children = Children()
        self.open: list[http.client.HTTPResponse | http.client.HTTPConnection] = []
        (folder / "app.py").write_text(FUNCTION)
        shutil.copy(ROOT / "functions" / "mcp" / "stream", folder)
        self.log = folder / "functions.log"
        declared = Function(
            name="Streaming",
            runtime="python3.13",
            code=folder,
            layers=(ROOT / "shared",),
            handler="app.handler",
            environment={},
            timeout=30,
            memory=512,
            wrapper=folder / "stream",
            streams=True,
        )
        function = LambdaFunction(
            declared, endpoints={}, children=self.children, log=FunctionLog(self.log)
        )
        urls = FunctionUrls({"/a": "Streaming"}, {"Streaming": function})
        self.port = free_port()
        gateway = Gateway([], {}, port=self.port, streams=urls)
        self.server = HttpServer(gateway, listen(self.port))

    def ask(self, query: str = "", path: str = "/a") -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", f"{path}?{query}")
        answer = connection.getresponse()
        self.open += [answer, connection]
        return answer

    def hang_up(self) -> None:
        """Break every connection off."""
        for each in self.open:
            each.close()

    def end(self) -> None:
        self.hang_up()
        self.server.stop_accepting()
        self.children.end()
        self.server.join()

    def has_seen(self) -> None:
        """Let the function go on."""
        (self.folder / "seen").touch()


@pytest.fixture(params=["as it is", "recorded"])
def streaming(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Streaming]:
    monkeypatch.delenv(VARIABLE, raising=False)
    if request.param == "recorded":
        monkeypatch.setenv(VARIABLE, str(tmp_path / "calls"))
    streaming = Streaming(tmp_path)
    yield streaming
    streaming.end()


def test_what_is_there_goes_out_before_the_rest_is(streaming: Streaming) -> None:
    answer = streaming.ask()

    assert (answer.status, answer.headers["content-type"]) == (200, "text/plain")
    assert answer.read(6) == b"first "  # the function does not go on before this
    streaming.has_seen()
    assert answer.read() == b"second"


def test_a_plain_result_is_answered_with_its_status_headers_and_cookies(
    streaming: Streaming,
) -> None:
    answer = streaming.ask("plain")
    told = json.loads(answer.read())

    assert (answer.status, answer.headers["x-own"], answer.headers["set-cookie"]) == (
        203,
        "a",
        "a=b",
    )
    assert 0 < told["left"] <= 30_000
    assert told["event"]["routeKey"] == "$default"
    assert told["event"]["rawPath"] == "/a"
    assert told["event"]["requestContext"]["domainName"].endswith(".on.aws")


def test_a_base64_body_is_decoded(streaming: Streaming) -> None:
    assert streaming.ask("base64").read() == b"\0\xff"


def test_a_process_answers_one_event_after_the_other_errors_included(streaming: Streaming) -> None:
    before = json.loads(streaming.ask("plain").read())["pid"]
    assert streaming.ask("raise").status == 502
    assert "before any answer" in streaming.log.read_text()
    streaming.has_seen()
    streaming.ask("fail").read()

    assert json.loads(streaming.ask("plain").read())["pid"] == before
    assert "in the midst of it" in streaming.log.read_text()


def test_a_process_that_ends_is_a_502_and_the_next_event_gets_another(
    streaming: Streaming,
) -> None:
    before = json.loads(streaming.ask("plain").read())["pid"]

    assert streaming.ask("end").status == 502
    assert json.loads(streaming.ask("plain").read())["pid"] != before


def test_a_function_goes_on_when_its_client_has_gone(streaming: Streaming) -> None:
    """As AWS has it: streams are not interrupted when the connection is."""
    before = json.loads(streaming.ask("plain").read())["pid"]
    answer = streaming.ask()
    answer.read(6)
    streaming.hang_up()

    # it is still at it, so the next event gets a process of its own
    assert json.loads(streaming.ask("plain").read())["pid"] != before


def test_a_handler_that_does_not_load_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    streaming = Streaming(tmp_path)
    (tmp_path / "app.py").write_text("import no_such_module")

    assert streaming.ask("plain").status == 502
    assert "no_such_module" in streaming.log.read_text()
    streaming.end()


def test_other_paths_are_the_apis(streaming: Streaming) -> None:
    assert streaming.ask(path="/b").status == 404
