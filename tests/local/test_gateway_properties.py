"""API Gateway as the local stack plays it: whatever is sent, the function sees it, and back."""

import asyncio
import base64
import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.children import Children
from local.declared import Function, Integration, Route
from local.execution_environment import FunctionTimeout, HandlerError
from local.function_log import FunctionLog
from local.gateway import Gateway
from local.invocable import Invocable
from local.runtime import LambdaFunction
from tests.running_stack import ROOT

Headers = list[tuple[str, str]]

METHODS = st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
# What HTTP lets through (RFC 9110 section 5.5, RFC 3986 section 3.4)
VISIBLE = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
# Text in percent-encoding; and everything else that a path may be, what is no encoding among it
ENCODED = TEXT.map(lambda text: quote(text, safe=""))
ODD = st.lists(
    VISIBLE.filter(lambda c: c not in "?#")
    | st.sampled_from(["%ff", "%zz", "%", "%2", "%2F", ";+"]),
    max_size=8,
).map("".join)
PATHS = st.lists(ENCODED | ODD, max_size=5).map(lambda segments: "/" + "/".join(segments))
QUERIES = st.text(VISIBLE.filter(lambda c: c != "#"), max_size=60)
PAIRS = st.lists(st.tuples(TEXT, TEXT), max_size=6)
HEADER_NAMES = st.from_regex(r"x-[a-z0-9!#$%&'*+.^_`|~-]{1,12}", fullmatch=True).filter(
    lambda name: not name.startswith(("x-forwarded-", "x-amzn-trace-id"))
)
HEADER_VALUES = st.lists(
    st.text(st.one_of(VISIBLE, st.characters(min_codepoint=0xA1, max_codepoint=0xFF)), min_size=1),
    max_size=3,
).map(" ".join)
HEADERS = st.lists(st.tuples(HEADER_NAMES, HEADER_VALUES), max_size=6)
COOKIE_TEXT = st.text(VISIBLE.filter(lambda c: c not in '";,\\='), min_size=1, max_size=10)
COOKIES = st.lists(st.builds("{}={}".format, COOKIE_TEXT, COOKIE_TEXT), max_size=5)
TEXT_TYPES = ["text/plain", "application/json; charset=utf-8", "TEXT/HTML", "application/xml"]
BINARY_TYPES = ["application/x-www-form-urlencoded", "application/octet-stream", "image/png", ""]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Headers
    body: bytes


class Echo:
    """A function that remembers its event and answers with `result`."""

    def __init__(self, result: Any = None) -> None:
        self.events: list[Any] = []
        self._result = result

    def invoke(self, event: Any) -> Any:
        self.events.append(json.loads(json.dumps(event)))
        return self._result

    @property
    def seen(self) -> Any:
        (event,) = self.events
        return event


def gateway(function: Invocable, *keys: str, timeout: float = 30) -> Gateway:
    integration = Integration("Echo", timeout, {})
    routes = [Route(key, integration) for key in keys or ["$default"]]
    return Gateway(routes, {"Echo": function}, port=3000)


def ask(
    served: Gateway,
    method: str = "GET",
    path: str = "/",
    *,
    query: str = "",
    headers: Headers | None = None,
    body: bytes = b"",
) -> Answer:
    """Send a request over ASGI, the body in two parts."""
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "raw_path": path.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "headers": [(n.encode("latin-1"), v.encode("latin-1")) for n, v in headers or []],
        "client": ("203.0.113.7", 50000),
    }
    half = len(body) // 2
    parts = iter([(body[:half], True), (body[half:], False)])
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        part, more = next(parts)
        return {"type": "http.request", "body": part, "more_body": more}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(served(scope, receive, send))
    start, end = sent
    decoded = [(n.decode("latin-1"), v.decode("utf-8")) for n, v in start["headers"]]
    return Answer(start["status"], decoded, end["body"])


# ---- The function sees what was sent --------------------------------------------------------


@given(METHODS, PATHS, QUERIES)
def test_method_path_and_query(method: str, path: str, query: str) -> None:
    echo = Echo()
    ask(gateway(echo), method, path, query=query)

    http = echo.seen["requestContext"]["http"]
    assert (http["method"], http["sourceIp"]) == (method, "203.0.113.7")
    assert echo.seen["rawPath"] == http["path"] == unquote(path, errors="replace")
    assert echo.seen["rawQueryString"] == query
    assert echo.seen["version"] == "2.0"
    assert echo.seen["routeKey"] == echo.seen["requestContext"]["routeKey"] == "$default"
    assert echo.seen["requestContext"]["stage"] == "$default"
    assert "multiValueHeaders" not in echo.seen


@given(PATHS.filter(lambda path: len(path) > 1))
def test_a_greedy_variable_takes_all_of_the_path(path: str) -> None:
    echo = Echo()
    ask(gateway(echo, "ANY /{proxy+}"), path=path)

    assert echo.seen["pathParameters"] == {"proxy": unquote(path)[1:]}
    assert echo.seen["routeKey"] == "ANY /{proxy+}"


@given(PAIRS)
def test_query_parameters_are_decoded_and_joined_by_commas(pairs: list[tuple[str, str]]) -> None:
    echo = Echo()
    ask(gateway(echo), query=urlencode(pairs))

    assert echo.seen.get("queryStringParameters", {}) == joined(pairs)


@given(HEADERS)
def test_headers_arrive_once_each_joined_by_commas(headers: Headers) -> None:
    echo = Echo()
    ask(gateway(echo), headers=headers)

    seen = echo.seen["headers"]
    assert {n: v for n, v in seen.items() if n in dict(headers)} == joined(headers)
    assert [name for name in seen if name != name.lower()] == []
    own = {"content-length", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"}
    assert seen.keys() - dict(headers).keys() == own | {"x-amzn-trace-id"}


@given(st.lists(COOKIES, max_size=3))
def test_cookies_are_a_list_of_their_own(lines: list[list[str]]) -> None:
    echo = Echo()
    ask(gateway(echo), headers=[("cookie", "; ".join(line)) for line in lines])

    assert echo.seen.get("cookies", []) == [cookie for line in lines for cookie in line]
    assert "cookie" not in echo.seen["headers"]


@given(st.sampled_from(BINARY_TYPES), st.binary(min_size=1))
def test_a_body_that_is_not_text_is_base64(content_type: str, body: bytes) -> None:
    """A form is not text to API Gateway."""
    echo = Echo()
    ask(gateway(echo), "POST", headers=[("content-type", content_type)], body=body)

    assert echo.seen["isBase64Encoded"] is True
    assert base64.b64decode(echo.seen["body"], validate=True) == body
    assert echo.seen["headers"]["content-length"] == str(len(body))


@given(st.sampled_from(TEXT_TYPES), TEXT.filter(bool))
def test_a_body_of_text_is_plain(content_type: str, text: str) -> None:
    echo = Echo()
    ask(gateway(echo), "POST", headers=[("content-type", content_type)], body=text.encode())

    assert (echo.seen["isBase64Encoded"], echo.seen["body"]) == (False, text)


@given(st.sampled_from(TEXT_TYPES), st.binary())
def test_no_body_is_lost_whatever_it_claims_to_be(content_type: str, body: bytes) -> None:
    echo = Echo()
    ask(gateway(echo), "POST", headers=[("content-type", content_type)], body=body)

    text = echo.seen.get("body", "")
    assert (base64.b64decode(text) if echo.seen["isBase64Encoded"] else text.encode()) == body
    assert ("body" in echo.seen) is bool(body)


def joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    return {name: ",".join(v for n, v in pairs if n == name) for name, _ in pairs}


# ---- The client sees what was answered ------------------------------------------------------


@given(
    st.integers(200, 599).filter(lambda status: status not in (204, 304)),
    st.dictionaries(HEADER_NAMES, HEADER_VALUES),
    COOKIES,
    st.binary(),
)
def test_an_answer(status: int, headers: dict[str, str], cookies: list[str], body: bytes) -> None:
    result = {
        "statusCode": status,
        "headers": {"Content-Type": "image/png", **{n.upper(): v for n, v in headers.items()}},
        "cookies": cookies,
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }
    answer = ask(gateway(Echo(result)))

    assert (answer.status, answer.body) == (status, body)
    assert answer.headers == [
        ("content-type", "image/png"),
        *headers.items(),
        *(("set-cookie", cookie) for cookie in cookies),
        ("content-length", str(len(body))),
    ]


@given(TEXT)
def test_an_answer_of_text(text: str) -> None:
    answer = ask(gateway(Echo({"statusCode": 200, "body": text})))

    assert answer.body == text.encode()


@pytest.mark.parametrize(
    "result",
    [
        {"statusCode": "no"},
        {"statusCode": 99},
        {"statusCode": 200, "body": {}},
        {"statusCode": 200, "body": "%", "isBase64Encoded": True},
        {"statusCode": 200, "headers": ["x"]},
        {"statusCode": 200, "headers": {"x": "a\r\nb: c"}},
    ],
)
def test_a_result_that_is_no_answer(result: Any) -> None:
    answer = ask(gateway(Echo(result)))

    assert (answer.status, answer.body) == (500, b'{"message":"Internal Server Error"}')


# ---- What API Gateway and Lambda answer themselves ------------------------------------------


@given(METHODS, PATHS)
def test_what_has_no_route_is_not_found(method: str, path: str) -> None:
    echo = Echo()
    answer = ask(gateway(echo, "GET /nowhere/{else}/but/here", "PROPFIND /{proxy+}"), method, path)

    assert (answer.status, answer.body) == (404, b'{"message":"Not Found"}')
    assert ("content-type", "application/json") in answer.headers
    assert echo.events == []


def test_a_body_of_more_than_10_mb() -> None:
    echo = Echo()
    largest = b"x" * (10 * 1024 * 1024)

    assert ask(gateway(echo), "POST", body=largest).status == 200
    answer = ask(gateway(echo), "POST", body=largest + b"x")
    assert (answer.status, answer.body) == (413, b'{"message":"Request Entity Too Large"}')
    assert len(echo.events) == 1


@pytest.mark.parametrize(
    ("content_type", "size"),
    # what counts is the event: a form of this size is more than 6 MB in base64
    [("text/plain", 6 * 1024 * 1024), ("application/x-www-form-urlencoded", 5 * 1024 * 1024)],
)
def test_an_event_of_more_than_6_mb(tmp_path: Path, content_type: str, size: int) -> None:
    children = Children()
    declared = Function("Echo", "python3.13", tmp_path, (), "app.handler", {}, 1, 128)
    log = FunctionLog(tmp_path / "log")
    function = LambdaFunction(declared, endpoints={}, children=children, log=log)
    headers = [("content-type", content_type)]

    answer = ask(gateway(function), "POST", headers=headers, body=b"x" * size)

    children.end()
    assert answer.status == 413
    assert "smaller than 6291456 bytes" in (tmp_path / "log").read_text()


def test_an_integration_that_takes_too_long() -> None:
    released = threading.Event()

    class Slow:
        def invoke(self, _: Any) -> Any:
            released.wait()
            return {"statusCode": 200}

    try:
        answer = ask(gateway(Slow(), timeout=0.01))
    finally:
        released.set()

    assert (answer.status, answer.body) == (503, b'{"message":"Service Unavailable"}')


@pytest.mark.parametrize(
    ("error", "status"), [(FunctionTimeout("too late"), 503), (HandlerError("KeyError"), 500)]
)
def test_a_function_that_fails(error: Exception, status: int) -> None:
    class Failing:
        def invoke(self, _: Any) -> Any:
            raise error

    answer = ask(gateway(Failing()))

    assert answer.status == status
    assert str(error).encode() not in answer.body


# ---- Beside the SAM CLI's own event constructor ---------------------------------------------
#
# It is right about paths, queries and what is around them. It differs from AWS, and from us, in
# - path: of several slashes at its start one is left;
# - headers: names keep their case, `cookie` is among them, and x-forwarded-for and the trace id
#   are not;
# - cookies: parsed and put together again, so that a repeated name is lost;
# - body: "" instead of no member, and a form arrives plain, as base64 is only for the types that
#   a template of a REST API would list;
# - members without a value: null, where AWS leaves them out;
# - requestContext: userAgent, protocol, domainName and domainPrefix are constants.
# And it refuses a query or a text body that is not UTF-8, so none is sent here.


@pytest.fixture(scope="module")
def sam() -> Iterator[Callable[[dict[str, Any]], Any]]:
    command = [ROOT / ".venv-sam" / "bin" / "python", Path(__file__).with_name("sam_events.py")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout

        def event(request: dict[str, Any]) -> Any:
            assert process.stdin
            assert process.stdout
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield event


@given(
    method=METHODS,
    path=PATHS.filter(lambda path: not unquote(path).startswith("//")),
    pairs=PAIRS,
    headers=st.dictionaries(st.from_regex(r"x-[a-z0-9-]{1,12}", fullmatch=True), HEADER_VALUES),
    cookies=st.lists(COOKIES, max_size=1),
    text=TEXT,
)
def test_the_sam_cli_agrees(
    sam: Callable[[dict[str, Any]], Any],
    *,
    method: str,
    path: str,
    pairs: list[tuple[str, str]],
    headers: dict[str, str],
    cookies: list[list[str]],
    text: str,
) -> None:
    line = list({cookie.partition("=")[0]: cookie for each in cookies for cookie in each}.values())
    sent = [*headers.items(), ("content-type", "application/json"), ("user-agent", "ours")]
    sent += [("cookie", "; ".join(line))] if line else []
    echo = Echo()
    body = text.encode()
    ask(gateway(echo), method, path, query=urlencode(pairs), headers=sent, body=body)
    theirs = sam(
        {
            "method": method,
            "path": path,
            "query": urlencode(pairs),
            "headers": sent,
            "body": base64.b64encode(body).decode(),
            "source_ip": "203.0.113.7",
        }
    )

    ours = echo.seen
    for member in ("version", "routeKey", "rawPath", "rawQueryString", "isBase64Encoded"):
        assert ours[member] == theirs[member], member
    assert ours.get("queryStringParameters") == theirs.get("queryStringParameters")
    assert ours.get("cookies", []) == theirs["cookies"]
    assert ours.get("body", "") == theirs["body"]
    their_headers = {name.lower(): value for name, value in theirs["headers"].items()}
    for name in (*headers, "content-type", "content-length", "x-forwarded-port", "user-agent"):
        assert ours["headers"][name] == their_headers[name], name
    context, their_context = ours["requestContext"], theirs["requestContext"]
    for member in ("method", "path", "sourceIp"):
        assert context["http"][member] == their_context["http"][member], member
    assert (context["stage"], context["routeKey"]) == ("$default", their_context["routeKey"])
    assert context.keys() == their_context.keys()
    assert context["http"].keys() == their_context["http"].keys()
    assert their_context["stage"] == "$default"
