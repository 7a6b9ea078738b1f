"""Protocol version 2026-07-28: requests that stand alone."""

import base64
from typing import Any

import pytest

from gatehouse.mcp.server import Reply
from tests.unit.mcp_server import (
    LEGACY,
    META,
    MODERN,
    body_of,
    error_of,
    modern,
    post,
    request,
    result_of,
)

VERSION = "io.modelcontextprotocol/protocolVersion"
CAPABILITIES = "io.modelcontextprotocol/clientCapabilities"
SERVER_INFO = {"io.modelcontextprotocol/serverInfo": {"name": "test server", "version": "1.2.3"}}
MISMATCH, UNSUPPORTED = -32020, -32022


def call(name: str, /, **arguments: object) -> Reply:
    return modern("tools/call", {"name": name, "arguments": arguments})


def test_discovery_names_every_version_and_may_be_cached() -> None:
    result = result_of(modern("server/discover"))
    assert result == {
        "resultType": "complete",
        "supportedVersions": [MODERN, *reversed(LEGACY)],
        "capabilities": {"tools": {}, "logging": {}},
        "ttlMs": 300_000,
        "cacheScope": "private",
        "_meta": SERVER_INFO,
    }


def test_the_list_of_tools_may_be_cached_by_one_person() -> None:
    result = result_of(modern("tools/list"))
    assert set(result) == {"resultType", "tools", "ttlMs", "cacheScope", "_meta"}
    assert [tool["name"] for tool in result["tools"]] == ["add", "crash", "greet", "refuse"]
    assert result["tools"][0]["outputSchema"]["type"] == "object"
    assert (result["resultType"], result["cacheScope"]) == ("complete", "private")
    assert isinstance(result["ttlMs"], int)


def test_a_result_says_that_it_is_complete_and_may_not_be_cached() -> None:
    assert result_of(call("add", a=2, b=3)) == {
        "resultType": "complete",
        "content": [{"type": "text", "text": '{"total": 5, "parts": [2, 3]}'}],
        "structuredContent": {"total": 5, "parts": [2, 3]},
        "isError": False,
        "_meta": SERVER_INFO,
    }


def test_bad_arguments_and_tool_errors_are_results() -> None:
    for reply in (call("add", a="x"), call("refuse"), call("crash")):
        result = result_of(reply)
        assert (result["isError"], result["resultType"]) == (True, "complete")
        assert "hunter2" not in str(result)


def test_an_unknown_tool_is_a_400() -> None:
    assert error_of(call("nothing")) == (400, -32602, "Unknown tool: nothing")


@pytest.mark.parametrize(
    "method",
    [
        "initialize",
        "ping",
        "logging/setLevel",
        "resources/list",
        "resources/subscribe",
        "resources/unsubscribe",
        "unknown/method",
    ],
)
def test_a_method_that_does_not_exist_in_this_era_is_a_404(method: str) -> None:
    assert error_of(modern(method)) == (404, -32601, f"Method not found: {method}")


@pytest.mark.parametrize("call_id", [0, "", "d1"])
def test_errors_and_results_carry_the_id(call_id: object) -> None:
    headers = {"mcp-protocol-version": MODERN, "mcp-method": "tools/list"}
    for params in ({"_meta": META}, {}):
        assert body_of(post(request("tools/list", params, call_id), headers))["id"] == call_id


def without(member: str) -> dict[str, object]:
    return {name: value for name, value in META.items() if name != member}


@pytest.mark.parametrize(
    "meta",
    [
        *(None, [], "x", 5, {}, without(VERSION), without(CAPABILITIES)),
        *(META | {VERSION: None}, META | {VERSION: 5}, META | {VERSION: [MODERN]}),
        *(META | {CAPABILITIES: None}, META | {CAPABILITIES: []}, META | {CAPABILITIES: "x"}),
    ],
    ids=str,
)
@pytest.mark.parametrize("version", [MODERN, "2025-11-25, 2026-07-28"])
def test_required_metadata_is_checked_before_the_headers(meta: object, version: str) -> None:
    reply = modern("tools/list", meta=meta, headers={"mcp-protocol-version": version})
    assert error_of(reply)[:2] == (400, -32602)


def test_the_client_need_not_say_who_it_is() -> None:
    reply = modern("tools/list", meta=without("io.modelcontextprotocol/clientInfo"))
    assert reply.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"mcp-protocol-version": None},
        {"mcp-protocol-version": ""},
        {"mcp-protocol-version": "2025-11-25"},
        {"mcp-protocol-version": "v999.0.0"},
        {"mcp-protocol-version": f"{MODERN},{MODERN}"},
        {"mcp-method": None},
        {"mcp-method": "tools/list"},
        {"mcp-method": "Tools/Call"},
        {"mcp-method": "tools/call,tools/call"},
        {"mcp-name": None},
        {"mcp-name": ""},
        {"mcp-name": "greet"},
        {"mcp-name": "ADD"},
        {"mcp-name": "add,add"},
        {"mcp-name": "add\xa0"},
        {"mcp-name": "=?base64?YWR?="},
        {"mcp-name": "=?base64?!!!?="},
        {"mcp-name": "=?base64?/w==?="},
        {"mcp-name": "=?base64??="},
        {"mcp-name": "=?base64?="},
        {"mcp-name": "=?BASE64?YWRk?="},
        {"mcp-method": "=?base64?dG9vbHMvY2FsbA==?="},
    ],
    ids=str,
)
def test_a_header_that_does_not_repeat_the_body_is_a_mismatch(
    headers: dict[str, str | None],
) -> None:
    params = {"name": "add", "arguments": {"a": 1}}
    assert error_of(modern("tools/call", params, headers=headers))[:2] == (400, MISMATCH)


def test_an_encoded_name_that_is_not_even_ascii_is_a_mismatch() -> None:
    params = {"name": "add", "arguments": {"a": 1}}
    reply = modern("tools/call", params, headers={"mcp-name": "=?base64?é?="})
    assert error_of(reply)[:2] == (400, MISMATCH)


@pytest.mark.parametrize("name", ["  add  ", "=?base64?YWRk?="])
def test_a_name_may_be_padded_or_encoded(name: str) -> None:
    params = {"name": "add", "arguments": {"a": 1}}
    assert modern("tools/call", params, headers={"mcp-name": name}).status == 200


@pytest.mark.parametrize("name", ["Grüße", " padded ", "=?base64?YWRk?=", "a\nb", "日本"])
def test_a_name_that_no_header_can_carry_is_compared_decoded(name: str) -> None:
    header = f"=?base64?{base64.b64encode(name.encode()).decode()}?="
    reply = modern("tools/call", {"name": name}, headers={"mcp-name": header})
    assert error_of(reply) == (400, -32602, f"Unknown tool: {name}")


@pytest.mark.parametrize("name", [None, 5, ["add"], {"a": 1}])
def test_a_name_that_is_no_text_matches_no_header(name: object) -> None:
    reply = modern("tools/call", {"name": name}, headers={"mcp-name": "add"})
    assert error_of(reply)[:2] == (400, MISMATCH)


@pytest.mark.parametrize("version", ["1900-01-01", "v999.0.0", "2025-11-25", "2027-01-01"])
def test_a_version_nobody_knows_is_told_which_ones_are(version: str) -> None:
    meta = META | {VERSION: version}
    reply = modern("tools/list", meta=meta, headers={"mcp-protocol-version": version})
    assert error_of(reply)[:2] == (400, UNSUPPORTED)
    data: dict[str, Any] = body_of(reply)["error"]["data"]
    discovered = result_of(modern("server/discover"))["supportedVersions"]
    assert data == {"supported": discovered, "requested": version}


def test_a_mismatch_is_told_before_an_unsupported_version() -> None:
    reply = modern("tools/list", meta=META | {VERSION: "v999.0.0"})
    assert error_of(reply)[:2] == (400, MISMATCH)


NOTIFICATION = {"jsonrpc": "2.0", "method": "notifications/x", "params": {"_meta": META}}


@pytest.mark.parametrize("headers", [{"mcp-protocol-version": MODERN}, {}], ids=str)
def test_a_notification_is_taken(headers: dict[str, str]) -> None:
    reply = post(NOTIFICATION, headers)
    assert (reply.status, reply.body) == (202, None)


@pytest.mark.parametrize("version", ["2030-01-01", "x", ""])
def test_a_notification_of_a_version_nobody_knows_is_told_which_ones_are(version: str) -> None:
    reply = post(NOTIFICATION, {"mcp-protocol-version": version})
    assert error_of(reply)[:2] == (400, UNSUPPORTED)
    assert body_of(reply)["id"] is None
    assert MODERN in body_of(reply)["error"]["data"]["supported"]


@pytest.mark.parametrize("outcome", [{"result": {}}, {"error": {"code": 1, "message": "x"}}])
def test_a_response_is_refused_as_nothing_was_asked(outcome: dict[str, object]) -> None:
    message = {"jsonrpc": "2.0", "id": 1, **outcome}
    assert error_of(post(message, {"mcp-protocol-version": MODERN}))[:2] == (400, -32600)


def test_a_name_may_be_empty() -> None:
    reply = modern("tools/call", {"name": ""}, headers={"mcp-name": ""})
    assert error_of(reply) == (400, -32602, "Unknown tool: ")


def test_a_batch_is_refused() -> None:
    reply = post([request("tools/list", {"_meta": META})], {"mcp-protocol-version": MODERN})
    assert error_of(reply)[:2] == (400, -32600)


def test_a_cursor_that_was_never_given_out_is_a_400() -> None:
    assert error_of(modern("tools/list", {"cursor": "x"})) == (400, -32602, "Invalid cursor")
