"""The era of the handshake: protocol versions 2025-03-26 to 2025-11-25."""

from typing import Any

import pytest

from tests.unit.mcp_server import (
    LEGACY,
    REPORTED,
    body_of,
    error_of,
    legacy,
    post,
    request,
    result_of,
)

every_version = pytest.mark.parametrize("version", LEGACY)
CLIENT = {"capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}


def call(tool: str, version: str, /, **arguments: object) -> Any:
    return legacy("tools/call", {"name": tool, "arguments": arguments}, version=version)


@every_version
def test_initialize_agrees_on_the_version_asked_for(version: str) -> None:
    reply = legacy("initialize", {"protocolVersion": version, **CLIENT}, version=None)
    assert result_of(reply) == {
        "protocolVersion": version,
        "capabilities": {"tools": {}, "logging": {}},
        "serverInfo": {"name": "test server", "version": "1.2.3"},
    }


@pytest.mark.parametrize("asked", ["2026-07-28", "2024-11-05", "1900-01-01", ""])
def test_initialize_offers_its_latest_for_a_version_it_does_not_know(asked: str) -> None:
    reply = legacy("initialize", {"protocolVersion": asked, **CLIENT}, version=None)
    assert result_of(reply)["protocolVersion"] == "2025-11-25"


@pytest.mark.parametrize(
    "changed",
    [
        {"protocolVersion": None},
        {"protocolVersion": 5},
        {"capabilities": []},
        {"capabilities": None},
        {"clientInfo": None},
        {"clientInfo": {}},
        {"clientInfo": {"name": "test"}},
        {"clientInfo": {"name": "test", "version": 1}},
    ],
    ids=str,
)
def test_a_client_that_does_not_introduce_itself_is_told_so(changed: dict[str, Any]) -> None:
    params = {"protocolVersion": "2025-06-18", **CLIENT, **changed}
    reply = legacy("initialize", params, version=None)
    assert error_of(reply)[:2] == (200, -32602)


def test_initialize_with_a_routing_header_is_still_a_handshake() -> None:
    # mcp-remote sends Mcp-Method with a legacy initialize
    message = request("initialize", {"protocolVersion": "2025-06-18", **CLIENT})
    assert result_of(post(message, {"mcp-method": "initialize"}))["protocolVersion"] == "2025-06-18"


@every_version
def test_ping_is_answered_with_nothing(version: str) -> None:
    assert result_of(legacy("ping", version=version)) == {}


@pytest.mark.parametrize("call_id", [0, 1, -5, "", "a", "é", 2**63])
def test_the_id_comes_back_as_it_was(call_id: object) -> None:
    answered = body_of(post(request("ping", call_id=call_id)))["id"]
    assert (answered, type(answered)) == (call_id, type(call_id))


@every_version
def test_the_tools_are_listed_by_name(version: str) -> None:
    listed = result_of(legacy("tools/list", version=version))
    assert list(listed) == ["tools"]
    assert [tool["name"] for tool in listed["tools"]] == ["add", "crash", "greet", "refuse"]


@pytest.mark.parametrize("version", ["2025-06-18", "2025-11-25"])
def test_a_listed_tool_has_a_title_and_an_output_schema(version: str) -> None:
    add, _, greet, _ = result_of(legacy("tools/list", version=version))["tools"]
    assert add == {
        "name": "add",
        "title": "Addition",
        "description": "Add two numbers.",
        "inputSchema": {
            "type": "object",
            "properties": {"a": {"type": "integer"}, "b": {"type": "integer", "default": 1}},
            "required": ["a"],
            "additionalProperties": False,
        },
        "outputSchema": {
            "type": "object",
            "description": "A sum and what it was made of.",
            "properties": {
                "total": {"type": "integer"},
                "parts": {"type": "array", "items": {"type": "integer"}},
            },
            "required": ["total", "parts"],
        },
        "annotations": {
            "readOnlyHint": False,
            "destructiveHint": True,
            "idempotentHint": False,
            "openWorldHint": True,
        },
    }
    assert "outputSchema" not in greet


def test_fields_that_2025_03_26_does_not_know_are_left_out() -> None:
    for tool in result_of(legacy("tools/list", version="2025-03-26"))["tools"]:
        assert set(tool) == {"name", "description", "inputSchema", "annotations"}


@pytest.mark.parametrize("cursor", ["x", "", 5])
def test_a_cursor_that_was_never_given_out_is_invalid(cursor: object) -> None:
    assert error_of(legacy("tools/list", {"cursor": cursor})) == (200, -32602, "Invalid cursor")


@every_version
def test_text_is_a_text_block(version: str) -> None:
    assert result_of(call("greet", version, name="Ada")) == {
        "content": [{"type": "text", "text": "p@example.com says hello to Ada"}],
        "isError": False,
    }


@pytest.mark.parametrize("version", ["2025-06-18", "2025-11-25"])
def test_an_object_is_structured_content_and_the_same_as_text(version: str) -> None:
    assert result_of(call("add", version, a=2)) == {
        "content": [{"type": "text", "text": '{"total": 3, "parts": [2, 1]}'}],
        "structuredContent": {"total": 3, "parts": [2, 1]},
        "isError": False,
    }


def test_an_object_is_only_text_for_2025_03_26() -> None:
    assert result_of(call("add", "2025-03-26", a=2)) == {
        "content": [{"type": "text", "text": '{"total": 3, "parts": [2, 1]}'}],
        "isError": False,
    }


@every_version
def test_a_tool_error_is_a_result_that_the_model_reads(version: str) -> None:
    expected = {"content": [{"type": "text", "text": "Not today"}], "isError": True}
    assert result_of(call("refuse", version)) == expected


@every_version
def test_a_crash_tells_an_incident_and_nothing_else(version: str) -> None:
    REPORTED.clear()
    result = result_of(call("crash", version))
    text = result["content"][0]["text"]
    assert result["isError"] is True
    assert "hunter2" not in text
    assert "RuntimeError" not in text
    ((said, error),) = REPORTED
    assert text.rpartition(" ")[2] in said
    assert isinstance(error, RuntimeError)


BAD_ARGUMENTS = [
    ({}, "a: "),
    ({"a": "x"}, "a: "),
    ({"a": None}, "a: "),
    ({"a": 1, "extra": 2}, "extra: "),
    ({"a": 1, "context": {}}, "context: "),
]


@pytest.mark.parametrize(("arguments", "told"), BAD_ARGUMENTS)
@pytest.mark.parametrize("version", ["2025-03-26", "2025-06-18"])
def test_bad_arguments_are_a_protocol_error_before_2025_11_25(
    version: str, arguments: dict[str, object], told: str
) -> None:
    status, code, message = error_of(call("add", version, **arguments))
    assert (status, code) == (200, -32602)
    assert told in message


@pytest.mark.parametrize(("arguments", "told"), BAD_ARGUMENTS)
def test_bad_arguments_are_told_to_the_model_in_2025_11_25(
    arguments: dict[str, object], told: str
) -> None:
    result = result_of(call("add", "2025-11-25", **arguments))
    assert result["isError"] is True
    assert told in result["content"][0]["text"]


@pytest.mark.parametrize(
    "params",
    [
        None,
        {},
        {"name": 5},
        {"name": None, "arguments": {}},
        {"name": ["add"]},
        {"name": "add", "arguments": []},
        {"name": "add", "arguments": "a=1"},
        {"name": "add", "arguments": 0},
    ],
)
def test_a_call_without_a_name_or_with_no_object_of_arguments_is_invalid(params: object) -> None:
    assert error_of(legacy("tools/call", params))[:2] == (200, -32602)


@pytest.mark.parametrize("params", [{"name": "refuse"}, {"name": "refuse", "arguments": None}])
def test_arguments_may_be_left_out(params: object) -> None:
    assert result_of(legacy("tools/call", params))["content"][0]["text"] == "Not today"


@every_version
def test_an_unknown_tool_is_an_invalid_parameter(version: str) -> None:
    assert error_of(call("nothing", version)) == (200, -32602, "Unknown tool: nothing")


@pytest.mark.parametrize("method", ["nothing", "server/discover", "resources/list", "", "Ping"])
@every_version
def test_an_unknown_method_is_an_error_inside_a_200(version: str, method: str) -> None:
    expected = (200, -32601, f"Method not found: {method}")
    assert error_of(legacy(method, version=version)) == expected


@every_version
@pytest.mark.parametrize("meta", [[], "x", 5, False])
def test_metadata_is_an_object(version: str, meta: object) -> None:
    reply = legacy("tools/list", {"_meta": meta}, version=version)
    assert error_of(reply)[:2] == (200, -32602)


@pytest.mark.parametrize("version", [None, " 2025-03-26\t"])
def test_without_the_header_2025_03_26_is_assumed(version: str | None) -> None:
    headers = {} if version is None else {"mcp-protocol-version": version}
    reply = post(request("tools/call", {"name": "add", "arguments": {"a": 1}}), headers)
    assert "structuredContent" not in result_of(reply)


@pytest.mark.parametrize(
    "version",
    ["2024-11-05", "1900-01-01", "2025-11-25, 2025-11-25", "x", "", " ", "2025-11-25\xa0"],
)
def test_a_version_that_is_not_supported_is_a_400(version: str) -> None:
    message = request("tools/list")
    assert post(message, {"mcp-protocol-version": version}).status == 400
