"""Whatever is sent to the MCP endpoint: an answer by the specification, and never a 5xx."""

import json
import string
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from local.template import Template
from tests.examples import project_with_whole_server
from tests.functions.actors import Client
from tests.functions.deployment import ORIGIN, Answer, Deployment
from tests.functions.readable import require_readable

VERSIONS = ("2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26")
META = {
    "io.modelcontextprotocol/protocolVersion": VERSIONS[0],
    "io.modelcontextprotocol/clientCapabilities": {},
}
PING = b'{"jsonrpc":"2.0","id":1,"method":"ping"}'
LARGEST = 4 * 1024 * 1024

Post = Callable[[Mapping[str, str], bytes], Answer]


@pytest.fixture(scope="module")
def post(deployment: Deployment) -> Post:
    """Sends a POST with a good token; headers may be left out and added."""
    return sender(deployment, Client.register(deployment))


def sender(deployment: Deployment, client: Client) -> Post:
    always = {
        "authorization": f"Bearer {client.tokens()['access_token']}",
        "content-type": "application/json",
    }

    def send(headers: Mapping[str, str], body: bytes) -> Answer:
        return deployment.ask("POST", "/mcp/mcp", headers={**always, **headers}, body=body)

    return send


def error_of(answer: Answer) -> tuple[int, int]:
    """Status and code of an answer that is a JSON-RPC error, in a form that every client reads."""
    body = answer.json
    assert set(body) == {"jsonrpc", "id", "error"}
    assert isinstance(body["error"]["message"], str)
    return answer.status, body["error"]["code"]


# ---- What is told of each --------------------------------------------------------------------

every_version = pytest.mark.parametrize("version", VERSIONS)
no_json = pytest.mark.parametrize(
    "body",
    [
        b"",
        PING[:-1],
        PING + b"x",
        PING.replace(b"ping", b"\xff"),
        PING.replace(b"ping", b"\xed\xa0\x80"),
        PING.decode().encode("utf-16"),
        PING.replace(b"1", b"NaN"),
        PING.replace(b"1", b"9" * 5_000),
        PING.replace(b"}", b',"params":' + b"[" * 101 + b"]" * 101 + b"}"),
        PING.replace(b"}", b',"params":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001),
        b"[" * 100_000,
        PING.replace(b"}", b',"id":2}'),
        PING.replace(b"}", b',"params":{"a":{"b":1,"b":2}}}'),
    ],
    ids=lambda body: str(body[-30:]),
)


@every_version
@no_json
def test_what_is_no_json_is_a_parse_error(post: Post, version: str, body: bytes) -> None:
    answer = post({"mcp-protocol-version": version}, body)
    assert error_of(answer) == (400, -32700)
    assert answer.json["id"] is None


@every_version
def test_a_body_may_be_as_large_as_it_may_and_no_larger(post: Post, version: str) -> None:
    fits = PING + b" " * (LARGEST - len(PING))
    assert post({"mcp-protocol-version": version}, fits).status in (200, 400)

    answer = post({"mcp-protocol-version": version}, fits + b" ")
    assert error_of(answer) == (413, -32600)


def test_a_large_argument_is_taken(post: Post) -> None:
    text = "x" * (LARGEST // 2)
    params = {"name": "text_statistics", "arguments": {"text": text}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}

    assert post({}, json.dumps(message).encode()).json["result"]["isError"] is False


@pytest.mark.parametrize("version", ["2024-11-05", "2030-01-01"])
@pytest.mark.parametrize("in_body", [True, False])
@pytest.mark.parametrize("call_id", [{"id": 1}, {}], ids=["request", "notification"])
def test_an_unsupported_version_is_told_which_ones_are(
    post: Post, version: str, in_body: bool, call_id: dict[str, int]
) -> None:
    meta = META | {"io.modelcontextprotocol/protocolVersion": version}
    params = {"_meta": meta} if in_body else {}
    message = {"jsonrpc": "2.0", "method": "tools/list", "params": params, **call_id}
    headers = {"mcp-protocol-version": version, "mcp-method": "tools/list"}
    answer = post(headers, json.dumps(message).encode())

    assert error_of(answer) == (400, -32022)
    assert answer.json["error"]["data"] == {"supported": list(VERSIONS), "requested": version}


@pytest.mark.parametrize("origin", ["http://rebound.example", "null", "", "x", "https://", "a, b"])
def test_a_page_of_a_wrong_origin_is_refused(post: Post, origin: str) -> None:
    answer = post({"origin": origin}, PING)
    assert answer.status == 403
    assert answer.json["jsonrpc"] == "2.0"
    assert answer.json["id"] is None


# ---- Anything at all -------------------------------------------------------------------------

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
_METHODS = st.sampled_from(
    ["initialize", "ping", "server/discover", "tools/list", "tools/call", "x"]
)
_ARGUMENTS = st.dictionaries(st.sampled_from(["text", "timezone", "x"]), _JSON, max_size=2)
_PARAMS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["whoami", "current_time", "text_statistics"]) | _JSON,
        "arguments": _ARGUMENTS | _JSON,
        "cursor": _JSON,
        "protocolVersion": _JSON,
        "_meta": st.just(META) | st.dictionaries(st.sampled_from([*META]), _JSON) | _JSON,
    },
)
_MESSAGES = st.fixed_dictionaries(
    {"jsonrpc": st.just("2.0") | _JSON, "method": _METHODS | _JSON},
    optional={"id": st.integers() | st.text(max_size=5) | _JSON, "params": _PARAMS | _JSON},
)
_NAMES = ["mcp-protocol-version", "mcp-method", "mcp-name", "mcp-param-x", "accept", "content-type"]
_VALUES = st.sampled_from(
    [*VERSIONS, "tools/call", "tools/list", "whoami", "application/json", "text/event-stream"]
) | st.text(st.characters(min_codepoint=0x20), max_size=12)
_HEADERS = st.dictionaries(
    st.sampled_from([*_NAMES, "mcp-session-id", "last-event-id", "origin"])
    | st.text(string.ascii_lowercase + "-", min_size=1, max_size=8).map("x-{}".format),
    _VALUES,
    max_size=5,
)
_SYMBOLS = st.text('[]{}":,0123456789.eE+-truefalsn\\u \t', max_size=60).map(str.encode)
_BODIES = st.one_of(
    st.binary(max_size=100),
    _SYMBOLS,
    (_MESSAGES | st.lists(_MESSAGES | _JSON, max_size=3) | _JSON).map(
        lambda message: json.dumps(message).encode()
    ),
    st.builds(
        lambda at, more: PING[:at] + more + PING[at:],
        st.integers(0, len(PING)),
        st.binary(max_size=4),
    ),
)


def test_anything_gets_an_answer_that_a_client_reads(post: Post) -> None:
    @settings(max_examples=1000)
    @given(_HEADERS, _BODIES)
    def run(headers: dict[str, str], body: bytes) -> None:
        require_readable(post(headers, body))

    run()


@pytest.mark.parametrize("of_fastmcp", [False, True], ids=["official", "fastmcp"])
def test_anything_gets_one_of_a_whole_server(
    deployment: Deployment, tmp_path: Path, of_fastmcp: bool
) -> None:
    template = project_with_whole_server(tmp_path, of_fastmcp=of_fastmcp) / "template.yaml"
    stack = Deployment(Template(template).resolve({"PublicUrl": ORIGIN}, {}))
    send = sender(stack, Client.register(deployment))

    @settings(max_examples=200)
    @given(_HEADERS, _BODIES)
    @example({"user-agent": "中 \ud800"}, PING)
    def run(headers: dict[str, str], body: bytes) -> None:
        require_readable(send(headers, body))

    run()
