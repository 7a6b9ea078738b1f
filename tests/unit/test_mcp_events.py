"""Progress and log messages: what goes before the answer, and to whom."""

import json
from typing import Any

import pytest

from gatehouse.http.mcp_response import mcp_response
from gatehouse.mcp import Context, tool
from gatehouse.mcp.server import Reply
from tests.unit.mcp_server import LEGACY, MODERN
from tests.unit.offering import REPORTED, asked, error, result, server_of

LOG_LEVEL = "io.modelcontextprotocol/logLevel"
every_version = pytest.mark.parametrize("version", [*LEGACY, MODERN])


@tool()
def work(context: Context) -> str:
    """Tell how far it is."""
    context.progress(0, 2, "begun")
    context.progress(1)
    context.progress(1)
    context.progress(0.5)
    context.progress(2, 2)
    return "done"


@tool()
async def talk(context: Context) -> str:
    """Say something of every severity."""
    for level in ("debug", "info", "error"):
        context.log(level, {"said": level}, logger="talk")
    return "done"


@tool()
def mumble(context: Context, level: str = "info") -> str:
    """Say what nobody can read."""
    context.log(level, object())
    return "done"


@tool()
def chatter(context: Context) -> str:
    """Never stop."""
    for done in range(5000):
        context.progress(done)
    return "done"


SERVER = server_of(work, talk, mumble, chatter)


def called(name: str, version: str = MODERN, **meta: Any) -> Reply:
    return asked(SERVER, "tools/call", {"name": name}, version=version, meta=meta)


def _asking_for(level: object) -> dict[str, Any]:
    return {} if level is None else {LOG_LEVEL: level}


def told(reply: Reply) -> list[dict[str, Any]]:
    assert result(reply)["content"][0]["text"] == "done"
    return [event["params"] for event in reply.events]


@every_version
@pytest.mark.parametrize("token", ["t", "", 0, 7])
def test_progress_is_told_under_its_token_and_increases(version: str, token: object) -> None:
    reply = called("work", version, progressToken=token)

    assert told(reply) == [
        {"progressToken": token, "progress": 0, "total": 2, "message": "begun"},
        {"progressToken": token, "progress": 1},
        {"progressToken": token, "progress": 2, "total": 2},
    ]
    assert {(e["jsonrpc"], e["method"]) for e in reply.events} == {
        ("2.0", "notifications/progress")
    }
    assert all("id" not in event for event in reply.events)


@every_version
def test_nobody_is_told_who_did_not_ask(version: str) -> None:
    assert told(called("work", version)) == []


@every_version
@pytest.mark.parametrize("token", [None, True, 1.5, [1], {}], ids=str)
def test_a_token_is_a_string_or_an_integer(version: str, token: object) -> None:
    reply = called("work", version, progressToken=token)

    assert error(reply)[1] == -32602
    assert reply.events == ()


@pytest.mark.parametrize(
    ("level", "heard"),
    [("debug", 3), ("info", 2), ("notice", 1), ("error", 1), ("critical", 0), (None, 0)],
)
def test_a_request_says_which_messages_it_wants(level: str | None, heard: int) -> None:
    messages = told(called("talk", **_asking_for(level)))

    assert len(messages) == heard
    if messages:
        assert messages[-1] == {"level": "error", "logger": "talk", "data": {"said": "error"}}


@pytest.mark.parametrize("version", LEGACY)
def test_a_client_of_the_handshake_hears_of_what_is_not_for_debugging(version: str) -> None:
    assert [each["level"] for each in told(called("talk", version))] == ["info", "error"]


@pytest.mark.parametrize("level", ["loud", 5, [], ""])
def test_a_level_that_does_not_exist_is_invalid(level: object) -> None:
    assert error(called("talk", **_asking_for(level)))[:2] == (400, -32602)


@pytest.mark.parametrize("version", LEGACY)
def test_a_level_is_taken_note_of_and_not_kept(version: str) -> None:
    def asking(level: object) -> Reply:
        return asked(SERVER, "logging/setLevel", {"level": level}, version=version)

    assert result(asking("error")) == {}
    assert error(asking("loud"))[:2] == (200, -32602)
    assert error(asking(None))[:2] == (200, -32602)


@pytest.mark.parametrize("level", ["info", "loud"])
def test_what_cannot_be_said_is_an_incident_of_the_tool(level: str) -> None:
    REPORTED.clear()
    params = {"name": "mumble", "arguments": {"level": level}}
    reply = asked(SERVER, "tools/call", params, version="2025-11-25")

    assert result(reply)["isError"] is True
    assert len(REPORTED) == 1
    assert reply.events == ()


def test_an_answer_holds_only_so_many() -> None:
    assert len(told(called("chatter", progressToken=1))) == 1000


def test_events_and_answer_are_a_stream_that_is_over() -> None:
    reply = called("work", progressToken="é\n\n")
    response = mcp_response(reply, "application/json, text/event-stream")

    assert response.headers["content-type"] == "text/event-stream"
    assert response.headers["cache-control"] == "no-store"
    assert response.status == 200
    events = response.body.split("\n\n")
    assert events.pop() == ""
    messages = []
    for event in events:
        kind, data = event.split("\n")
        assert kind == "event: message"
        messages.append(json.loads(data.removeprefix("data: ")))
    assert messages == [*reply.events, reply.body]


@pytest.mark.parametrize("accept", ["application/json", "", "text/html"])
def test_a_client_that_takes_no_stream_gets_the_answer_alone(accept: str) -> None:
    reply = called("work", progressToken=1)
    response = mcp_response(reply, accept)

    assert response.headers["content-type"] == "application/json"
    assert json.loads(response.body) == reply.body


def test_without_events_there_is_no_stream() -> None:
    response = mcp_response(called("work"), "application/json, text/event-stream")
    assert response.headers["content-type"] == "application/json"
