"""Answers that Lambda or a mailbox could not carry: whoever asked is told, and so is the log."""

import json
from typing import Any

import pytest

from tests.functions.actors import Client
from tests.functions.deployment import Answer, Deployment
from tests.functions.log_lines import counted, followed_log
from tests.functions.streams import SSE_URL, Stream, Streams
from tests.functions.tasks import TaskClient

VERSIONS = ("2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26")
MODERN = VERSIONS[0]
PREFIX = "io.modelcontextprotocol/"
LARGEST_RESULT = 6_291_556
LONG = "é" * 600_000
LONGEST_ID = 1024


@pytest.fixture(scope="module")
def access_token(offering: Streams) -> str:
    return str(Client.register(offering).tokens()["access_token"])


def ask(
    deployment: Deployment,
    access_token: str,
    method: str,
    params: dict[str, Any],
    *,
    version: str = VERSIONS[1],
    call_id: object = 1,
    accept: str = "application/json",
) -> Answer:
    """One request in the words of a version."""
    headers = {
        "authorization": f"Bearer {access_token}",
        "mcp-protocol-version": version,
        "accept": accept,
    }
    if version == MODERN:
        meta = {f"{PREFIX}protocolVersion": version, f"{PREFIX}clientCapabilities": {}}
        params = {**params, "_meta": {**meta, **params.get("_meta", {})}}
        headers |= {"mcp-method": method}
        named = params.get("uri", params.get("name"))
        headers |= {"mcp-name": named} if isinstance(named, str) else {}
    message = {"jsonrpc": "2.0", "id": call_id, "method": method, "params": params}
    answer = deployment.ask("POST", "/mcp/mcp", headers=headers, json_body=message)
    assert size_of(answer) <= LARGEST_RESULT
    return answer


def size_of(answer: Answer) -> int:
    """What Lambda counts: the function's result in JSON."""
    result = {"statusCode": answer.status, "headers": dict(answer.headers), "body": answer.text}
    return len(json.dumps(result))


def tool(name: str, **arguments: object) -> dict[str, Any]:
    return {"name": name, "arguments": arguments}


def text_of(result: dict[str, Any]) -> str:
    return str(result["content"][0]["text"])


# ---- What a tool, resource or prompt makes ---------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("text", ["x" * 10, "é" * 10, '"' * 10, "\n" * 10], ids=ascii)
def test_the_model_learns_that_a_result_is_too_large(
    offering: Streams, access_token: str, version: str, text: str
) -> None:
    params = tool("repeat", text=text, times=700_000)
    answer = ask(offering, access_token, "tools/call", params, version=version)

    assert answer.status == 200
    assert answer.json["id"] == 1
    result = answer.json["result"]
    assert result["isError"] is True
    assert text_of(result).startswith("The answer is larger than the 6280000 bytes")
    assert ("resultType" in result) is (version == MODERN)


def test_a_result_that_fits_is_sent_whole(offering: Streams, access_token: str) -> None:
    params = tool("repeat", text="x", times=6_279_000)
    answer = ask(offering, access_token, "tools/call", params)

    assert text_of(answer.json["result"]) == "x" * 6_279_000


def test_the_log_names_the_tool_and_nothing_of_its_result(
    offering: Streams, access_token: str
) -> None:
    with followed_log(lines_only=True) as written:
        ask(offering, access_token, "tools/call", tool("repeat", text="secret", times=2_000_000))

    (line,) = written.lines
    (failure,) = line["failures"]
    assert failure.startswith("the answer of the tool repeat is too large")
    assert " bytes of the 6280000 that it may take" in failure
    assert "secret" not in written.text
    assert counted(line) == {"McpCalled": 1, "ToolCalled": 1, "ToolFailed": 1}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("resources/read", {"uri": "large://7000000"}),
        ("prompts/get", tool("praise", times="1000000")),
        ("prompts/get", tool("scold", times="1000000")),
    ],
    ids=["resource", "prompt", "refusal"],
)
def test_a_resource_or_prompt_that_is_too_large_is_an_internal_error(
    offering: Streams, access_token: str, version: str, method: str, params: dict[str, Any]
) -> None:
    with followed_log(lines_only=True) as written:
        answer = ask(offering, access_token, method, params, version=version)

    assert answer.status == 200
    assert answer.json["error"]["code"] == -32603
    assert answer.json["error"]["message"].startswith("The answer is larger")
    assert "is too large" in written.text
    assert "large://" not in written.text


def test_an_answer_goes_alone_where_its_events_have_no_room(
    offering: Streams, access_token: str
) -> None:
    accept = "application/json, text/event-stream"
    few = ask(
        offering, access_token, "tools/call", tool("chatter", text="x", times=1), accept=accept
    )
    many = tool("chatter", text="x", times=6_300_000)
    alone = ask(offering, access_token, "tools/call", many, accept=accept)

    assert few.headers["content-type"] == "text/event-stream"
    assert alone.headers["content-type"] == "application/json"
    assert text_of(alone.json["result"]) == "done"


def test_a_batch_is_answered_call_by_call_as_far_as_there_is_room(
    offering: Streams, access_token: str
) -> None:
    calls = [
        {
            "jsonrpc": "2.0",
            "id": n,
            "method": "tools/call",
            "params": tool("repeat", text="x", times=1_000_000),
        }
        for n in range(100)
    ]
    headers = {"authorization": f"Bearer {access_token}", "mcp-protocol-version": "2025-03-26"}
    answer = offering.ask("POST", "/mcp/mcp", headers=headers, json_body=calls)

    assert answer.status == 200
    assert size_of(answer) <= LARGEST_RESULT
    assert [each["id"] for each in answer.json] == list(range(100))
    assert [each["result"]["isError"] for each in answer.json] == [False] * 6 + [True] * 94


# ---- What a client sent, and an answer repeats -----------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "call_id", ["x" * (LONGEST_ID + 1), LONG, 10**LONGEST_ID], ids=["text", "long", "number"]
)
def test_an_id_that_is_too_long_is_no_id(
    offering: Streams, access_token: str, version: str, call_id: object
) -> None:
    answer = ask(offering, access_token, "ping", {}, version=version, call_id=call_id)

    assert (answer.status, answer.json["id"]) == (400, None)
    assert answer.json["error"]["code"] == -32600


@pytest.mark.parametrize(
    "call_id", ["é" * LONGEST_ID, 10 ** (LONGEST_ID - 1)], ids=["text", "number"]
)
def test_a_long_id_is_repeated(offering: Streams, access_token: str, call_id: object) -> None:
    assert ask(offering, access_token, "ping", {}, call_id=call_id).json["id"] == call_id


@pytest.mark.parametrize("version", VERSIONS[1:])
@pytest.mark.parametrize(
    ("method", "params"),
    [
        (LONG, {}),
        ("initialize", {"protocolVersion": LONG}),
        ("ping", {"_meta": {f"{PREFIX}protocolVersion": LONG, f"{PREFIX}clientCapabilities": {}}}),
        ("tools/list", {"cursor": LONG}),
        ("tools/call", tool(LONG)),
        ("tools/call", tool("repeat", **{LONG: 1})),
        ("tools/call", tool("repeat", text="", times=1) | {"_meta": {"progressToken": LONG}}),
        ("tools/call", tool("add", numbers=[], named={LONG: [""]})),
        ("logging/setLevel", {"level": LONG}),
        ("resources/read", {"uri": LONG}),
        ("resources/read", {"uri": f"large://{'é' * 8000}"}),
        ("resources/read", {"uri": f"broken://{'x' * 8000}"}),
        ("prompts/get", tool(LONG)),
        ("prompts/get", tool("praise", **{LONG: "1"})),
        ("completion/complete", {"ref": {"type": "ref/prompt", "name": LONG}}),
        (
            "completion/complete",
            {
                "ref": {"type": "ref/prompt", "name": "praise"},
                "argument": {"name": LONG, "value": ""},
            },
        ),
    ],
    ids=lambda value: str(value)[:20] if isinstance(value, str) else None,
)
def test_of_what_was_sent_an_answer_repeats_little(
    offering: Streams, access_token: str, version: str, method: str, params: dict[str, Any]
) -> None:
    answer = ask(offering, access_token, method, params, version=version)

    assert answer.status in (200, 400)
    assert size_of(answer) < 8_000


def test_a_version_that_was_sent_is_repeated_in_short(offering: Streams, access_token: str) -> None:
    meta = {f"{PREFIX}protocolVersion": LONG, f"{PREFIX}clientCapabilities": {}}
    headers = {
        "authorization": f"Bearer {access_token}",
        "mcp-protocol-version": LONG,
        "mcp-method": "tools/list",
    }
    params = {"_meta": meta}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": params}
    answer = offering.ask("POST", "/mcp/mcp", headers=headers, json_body=message)

    assert answer.status == 400
    assert answer.json["error"]["code"] == -32022
    assert size_of(answer) < 20_000


@pytest.mark.parametrize(
    "arguments",
    [{"numbers": ["x"] * 150_000}, {"numbers": [], **dict.fromkeys(map(str, range(150_000)), 1)}],
    ids=["items", "names"],
)
def test_of_many_bad_arguments_the_first_ones_are_told(
    offering: Streams, access_token: str, arguments: dict[str, Any]
) -> None:
    answer = ask(offering, access_token, "tools/call", tool("add", **arguments))

    assert answer.json["result"]["isError"] is True
    assert text_of(answer.json["result"]).startswith("Invalid arguments: ")
    assert size_of(answer) < 20_000


# ---- Tasks and HTTP+SSE, which carry less ----------------------------------------------------


def outcome(offering: Streams, access_token: str, name: str, **arguments: object) -> dict[str, Any]:
    """What came of a task."""
    caller = TaskClient(offering, access_token)
    task_id = caller.task(name, **arguments)
    offering.run_next()
    return caller.get(task_id)


def test_an_error_of_a_task_that_is_too_large_is_told(offering: Streams, access_token: str) -> None:
    with followed_log(lines_only=True) as written:
        told = outcome(offering, access_token, "refuse", text="é", times=100_000)

    assert told["status"] == "failed"
    assert told["error"]["code"] == -32603
    assert told["error"]["message"].startswith("The answer is larger than the 350000 bytes")
    assert "the answer of the tool refuse is too large" in written.text


def test_what_a_task_says_and_comes_to_fits_beside_its_arguments(
    offering: Streams, access_token: str
) -> None:
    told = outcome(offering, access_token, "count", to=69_000, message="x" * 340_000)

    assert told["status"] == "completed"
    assert len(told["result"]["structuredContent"]["numbers"]) == 69_000


@pytest.fixture
def stream(offering: Streams) -> Any:
    token = str(Client.register(offering).tokens(resource=SSE_URL)["access_token"])
    opened = offering.open(token)
    target = (opened.next() or {})["data"]
    yield lambda message: offering.post(target, token, message), opened
    offering.hang_up()


def test_a_mailbox_has_an_error_for_what_no_item_can_hold(stream: Any) -> None:
    post, opened = stream
    assert isinstance(opened, Stream)
    params = tool("repeat", text="x", times=400_000)
    with followed_log(lines_only=True) as written:
        posted = post({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params})

    assert posted.status == 202
    message = opened.message()
    assert message["id"] == 7
    assert "connect by Streamable HTTP" in text_of(message["result"])
    assert "the answer of the tool repeat is too large" in written.text


def test_a_mailbox_goes_without_an_event_that_no_item_can_hold(stream: Any) -> None:
    post, opened = stream
    params = tool("chatter", text="x", times=400_000)
    post({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params})

    assert opened.message()["params"]["data"] == "before"
    assert text_of(opened.message()["result"]) == "done"


def test_a_batch_of_long_ids_is_refused_to_whoever_sent_it(stream: Any) -> None:
    post, opened = stream
    pings = [{"jsonrpc": "2.0", "id": f"é{n:03}" * 250, "method": "ping"} for n in range(100)]
    longer = [{**ping, "id": "é" * LONGEST_ID} for ping in pings]

    assert post(pings).status == 202
    assert len(opened.message()) == 100
    refused = post(longer)
    assert (refused.status, refused.json["id"]) == (200, None)
    assert refused.json["error"]["code"] == -32603
