"""JSON-RPC as MCP uses it: what is no request, batches, and anything at all."""

import json
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatehouse.mcp.server import Reply
from tests.unit.mcp_server import LEGACY, META, MODERN, body_of, error_of, modern, post, request

HEADERS = [{}, *({"mcp-protocol-version": version} for version in (*LEGACY, MODERN))]
every_era = pytest.mark.parametrize("headers", HEADERS, ids=str)
NOTIFICATION = {"jsonrpc": "2.0", "method": "notifications/initialized"}
RESPONSE = {"jsonrpc": "2.0", "id": 1, "result": {}}


@every_era
@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"{'a': 1}", b"\xff\xfe\xfa", b"nul", b'{"a":1}x'),
        *(b"[" * 100_000, b"9" * 5_000, b'{"a":' * 100_000),
        *(b'{"jsonrpc":"2.0","id":1,"method":"ping","id":2}', b'{"x":{"a":1,"a":1}}'),
        *('{"a":1}'.encode("utf-16"), '{"a":1}'.encode("utf-32"), b'{"a":"\xed\xa0\x80"}'),
    ],
    ids=lambda body: body[:10],
)
def test_what_is_no_json_is_a_parse_error(headers: dict[str, str], body: bytes) -> None:
    reply = post(body, headers)
    assert error_of(reply)[:2] == (400, -32700)
    assert body_of(reply)["id"] is None


@every_era
@pytest.mark.parametrize(
    "message",
    [None, 5, 1.5, "x", True, {}, {"method": "ping", "id": 1}, {"jsonrpc": "2.0"}]
    + [request("ping") | {"jsonrpc": version} for version in ("1.0", 2.0, None)]
    + [{"jsonrpc": "2.0", "id": 1}, {"jsonrpc": "2.0", "method": 5, "id": 1}]
    + [{"jsonrpc": "2.0", "method": None}, request("ping", params=[]), request("ping", params="x")],
    ids=str,
)
def test_what_is_no_request_is_invalid(headers: dict[str, str], message: object) -> None:
    assert error_of(post(message, headers))[:2] == (400, -32600)


@every_era
@pytest.mark.parametrize("call_id", [None, 1.5, 1.0, True, False, [], {}], ids=str)
def test_an_id_is_text_or_a_whole_number(headers: dict[str, str], call_id: object) -> None:
    reply = post(request("ping", call_id=call_id), headers)
    assert error_of(reply)[:2] == (400, -32600)
    assert body_of(reply)["id"] is None


def test_an_invalid_request_is_answered_under_its_id() -> None:
    assert body_of(post(request("ping", params=[], call_id="a")))["id"] == "a"


@every_era
def test_a_notification_is_taken_without_a_body(headers: dict[str, str]) -> None:
    for message in (NOTIFICATION, {"jsonrpc": "2.0", "method": "tools/call"}):
        reply = post(message, headers)
        assert (reply.status, reply.body) == (202, None)


@pytest.mark.parametrize("headers", HEADERS[:-1], ids=str)
@pytest.mark.parametrize("outcome", [{"result": {}}, {"error": {"code": 1, "message": "x"}}])
def test_a_response_is_taken_without_a_body(
    headers: dict[str, str], outcome: dict[str, object]
) -> None:
    reply = post({"jsonrpc": "2.0", "id": 1, **outcome}, headers)
    assert (reply.status, reply.body) == (202, None)


def batch(messages: list[object], version: str | None = "2025-03-26") -> Reply:
    return post(messages, {"mcp-protocol-version": version} if version else {})


@pytest.mark.parametrize("version", ["2025-03-26", None])
def test_a_batch_is_answered_in_order_without_its_notifications(version: str | None) -> None:
    messages = [request("ping", call_id=1), NOTIFICATION, RESPONSE, request("x", call_id="b"), 5]
    reply = batch(messages, version)
    assert reply.status == 200
    assert isinstance(reply.body, list)
    outcomes = [
        (body["id"], body.get("result"), body.get("error", {}).get("code")) for body in reply.body
    ]
    assert outcomes == [(1, {}, None), ("b", None, -32601), (None, None, -32600)]


def test_a_batch_of_notifications_and_responses_is_taken() -> None:
    reply = batch([NOTIFICATION, RESPONSE])
    assert (reply.status, reply.body) == (202, None)


def test_initialize_is_no_part_of_a_batch() -> None:
    reply = batch([request("initialize", {"protocolVersion": "2025-03-26"}), request("ping")])
    assert isinstance(reply.body, list)
    assert reply.body[0]["error"]["code"] == -32600
    assert reply.body[1]["result"] == {}


@pytest.mark.parametrize("version", ["2025-06-18", "2025-11-25", MODERN])
def test_batches_are_refused_since_2025_06_18(version: str) -> None:
    assert error_of(batch([request("ping")], version))[:2] == (400, -32600)


def test_an_empty_batch_is_invalid() -> None:
    assert error_of(batch([]))[:2] == (400, -32600)


@pytest.mark.parametrize("depth", [50, 200, 400, 900])
@every_era
def test_deep_arguments_do_no_harm(headers: dict[str, str], depth: int) -> None:
    nested: object = []
    for _ in range(depth):
        nested = [nested]
    arguments = {"name": "add", "arguments": {"a": nested}, "_meta": META}
    for params in (arguments, {"_meta": {"x": nested}}, {"cursor": nested}):
        reply = post(request("tools/call", params), headers)
        assert reply.status in (200, 400)
        assert reply.body


@every_era
def test_more_values_than_a_function_has_memory_for_are_refused(headers: dict[str, str]) -> None:
    """What checks arguments may take hundreds of bytes for each that is wrong."""
    params = {"name": "add", "arguments": {"a": ["x"] * 200_000}, "_meta": META}

    assert error_of(post(request("tools/call", params), headers))[:2] == (400, -32700)


def test_the_reply_says_which_method_was_called_for_the_log() -> None:
    assert post(request("ping")).method == "ping"
    assert post(request("tools/call", {"name": "nothing"})).method == "tools/call"


@pytest.mark.parametrize(
    ("messages", "method"),
    [
        ([request("ping"), request("tools/call", {"name": "add"}), request("ping")], "tools/call"),
        ([request("x"), 5, request("ping"), request("tools/list")], "ping"),
        ([NOTIFICATION, RESPONSE], "notification"),
        ([RESPONSE, request("secret" * 100)], ""),
    ],
    ids=["a tool call", "others", "notifications", "unknown"],
)
def test_the_reply_to_a_batch_names_a_tool_call_before_any_other_method(
    messages: list[object], method: str
) -> None:
    assert batch(messages).method == method


@pytest.mark.parametrize("headers", [{}, {"mcp-protocol-version": MODERN}], ids=str)
def test_a_method_that_a_client_invented_stays_out_of_the_log(headers: dict[str, str]) -> None:
    assert "secret" not in post(request("secret" * 100), headers).method


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
METHODS = st.sampled_from(
    ["initialize", "ping", "tools/list", "tools/call", "server/discover", "x"]
)
NAMES = st.sampled_from(["add", "greet", "refuse", "crash"])
PARAMS = st.fixed_dictionaries(
    {},
    optional={
        "name": NAMES | JSON,
        "arguments": st.dictionaries(st.sampled_from(["a", "b", "name", "x"]), JSON) | JSON,
        "cursor": JSON,
        "protocolVersion": JSON,
        "_meta": st.just(META) | st.dictionaries(st.sampled_from([*META]), JSON) | JSON,
    },
)
MESSAGE = st.fixed_dictionaries(
    {"jsonrpc": st.just("2.0"), "method": METHODS | JSON},
    optional={"id": st.integers() | st.text(max_size=5) | JSON, "params": PARAMS | JSON},
)
HEADER_NAMES = ["mcp-protocol-version", "mcp-method", "mcp-name", "x"]
HEADER_VALUES = (
    st.sampled_from([*LEGACY, MODERN, "tools/call", "tools/list", "add", "=?base64?YWRk?="])
    | st.text(max_size=12)
    | st.text(string.printable, max_size=12).map("=?base64?{}?=".format)
    | st.text(max_size=12).map("=?base64?{}?=".format)
)


@settings(max_examples=400)
@given(
    MESSAGE | st.lists(MESSAGE | JSON, max_size=3) | JSON,
    st.dictionaries(st.sampled_from(HEADER_NAMES), HEADER_VALUES, max_size=4),
)
def test_any_message_gets_an_answer(message: object, headers: dict[str, str]) -> None:
    reply = post(message, headers)
    assert reply.status in {200, 202, 400, 404}
    assert (reply.body is None) is (reply.status == 202)
    json.dumps(reply.body)


@given(HEADER_VALUES, NAMES | st.text(max_size=5))
def test_any_name_in_a_header_gets_an_answer(header: str, name: str) -> None:
    reply = modern("tools/call", {"name": name}, headers={"mcp-name": header})
    assert reply.status in {200, 400}
    assert body_of(reply)["id"] == 1


@given(st.binary(max_size=60) | st.text('[]{}":,0truefalsn\\u ', max_size=40).map(str.encode))
def test_any_body_gets_an_answer(body: bytes) -> None:
    assert post(body).status in {200, 202, 400, 404}
