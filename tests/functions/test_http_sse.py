"""HTTP+SSE (MCP 2024-11-05, Transports) at the function that streams."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from gatehouse import wiring
from gatehouse.signin.people import add_person
from gatehouse.sse.stream import STREAMS_PER_PERSON
from gatehouse.wiring import signin
from tests.functions.actors import Browser, Client, callback, tool_call
from tests.functions.aws_calls import counted_calls
from tests.functions.deployment import MCP_URL, ORIGIN
from tests.functions.streams import SECONDS, SSE_URL, Stream, Streams
from tests.functions.tables import Tables

DOCUMENT = "/.well-known/oauth-protected-resource/mcp/sse"
CHALLENGE = f'Bearer realm="{ORIGIN}", resource_metadata="{ORIGIN}{DOCUMENT}", scope="mcp"'
INTRODUCTION = {"capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
PING = {"jsonrpc": "2.0", "id": 7, "method": "ping"}
PONG = {"jsonrpc": "2.0", "id": 7, "result": {}}
BEA, HER_PASSWORD = "bea-of-the-streams@example.com", "beas-password"


@pytest.fixture(autouse=True)
def nobody_is_left(streams: Streams) -> Iterator[None]:
    yield
    streams.hang_up()


@pytest.fixture
def client(streams: Streams) -> Client:
    return Client.register(streams)


@pytest.fixture
def access_token(client: Client) -> str:
    return token(client)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        yield clock


def token(client: Client, resource: str = SSE_URL) -> str:
    return str(client.tokens(resource=resource)["access_token"])


def token_of_bea(streams: Streams, client: Client) -> str:
    """For the same client, but another person."""
    add_person(BEA, HER_PASSWORD, people=signin.people(), now=wiring.now())
    browser = Browser(streams)
    page = browser.sign_in(client.authorization_url(resource=SSE_URL), BEA, HER_PASSWORD)
    # a second time she is asked nothing
    answer = page if page.status == 303 else browser.press(page, "Allow")
    tokens: dict[str, str] = client.exchange(callback(answer)["code"]).json
    return tokens["access_token"]


def endpoint(stream: Stream) -> dict[str, str]:
    """The first event."""
    event = stream.next()
    assert event
    assert event["event"] == "endpoint"
    return event


# ---- Who is let in ---------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["/mcp/sse", "/mcp/message?sessionId=x", "/mcp/message"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_without_a_token_there_is_a_challenge(streams: Streams, method: str, target: str) -> None:
    answer, _ = streams.call(method, target)

    assert (answer.status, answer.headers["www-authenticate"]) == (401, CHALLENGE)
    assert answer.headers["x-gatehouse-challenge"] == CHALLENGE
    assert answer.headers["access-control-allow-origin"] == "*"


def test_the_challenge_leads_to_a_document_of_the_stream_itself(streams: Streams) -> None:
    by_the_api = streams.ask("GET", DOCUMENT).json
    by_the_function, _ = streams.call("GET", DOCUMENT)

    assert by_the_api["resource"] == SSE_URL
    assert by_the_api["mcp_endpoints"] == [SSE_URL]
    assert by_the_function.json == by_the_api


def test_the_document_of_the_origin_lists_both_endpoints(streams: Streams) -> None:
    document = streams.ask("GET", "/.well-known/oauth-protected-resource").json

    assert document["mcp_endpoints"] == [MCP_URL, SSE_URL]


@pytest.mark.parametrize("resource", [SSE_URL, MCP_URL, ORIGIN])
def test_a_token_of_a_client_older_than_resources_is_good_as_well(
    streams: Streams, client: Client, resource: str
) -> None:
    endpoint(streams.open(token(client, resource)))


def test_on_a_host_of_its_own_it_is_a_resource_of_that_host(
    streams: Streams, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without CloudFront: the function cannot know its URL before it is asked."""
    monkeypatch.setenv("HTTP_SSE_RESOURCE", "")
    wiring.close()
    alone = Streams(streams.declared)
    challenge, _ = alone.call("GET", "/mcp/sse")
    document, _ = alone.call("GET", DOCUMENT)
    resource = document.json["resource"]
    # the host is Lambda's word
    lied, _ = alone.call("GET", DOCUMENT, headers={"host": "evil.example"})
    assert lied.json == document.json
    monkeypatch.setenv("HTTP_SSE_RESOURCE", resource)
    wiring.close()

    host = resource.removesuffix("/mcp/sse")
    assert host.endswith(".on.aws")
    assert f'resource_metadata="{host}{DOCUMENT}"' in challenge.headers["www-authenticate"]
    assert document.json["authorization_servers"] == [ORIGIN]
    stream = alone.open(token(client, resource))
    assert endpoint(stream)["data"].startswith("/mcp/message?")
    stream.hang_up()
    monkeypatch.undo()
    wiring.close()


def test_a_token_for_the_stream_is_for_nothing_else(streams: Streams, access_token: str) -> None:
    headers = {"authorization": f"Bearer {access_token}"}

    assert streams.ask("POST", "/mcp/mcp", headers=headers, json_body=PING).status == 401


def test_a_preflight_is_answered_and_other_methods_are_not(
    streams: Streams, access_token: str
) -> None:
    assert streams.call("OPTIONS", "/mcp/message")[0].status == 204
    refused, _ = streams.call("POST", "/mcp/sse", access_token)
    assert (refused.status, refused.headers["allow"]) == (405, "GET")
    assert streams.call("GET", "/elsewhere", access_token)[0].status == 404


# ---- A conversation --------------------------------------------------------------------------


def test_the_endpoint_comes_first_and_answers_come_through_the_stream(
    streams: Streams, access_token: str
) -> None:
    answer, chunks = streams.call("GET", "/mcp/sse", access_token)
    stream = Stream(chunks)
    target = endpoint(stream)["data"]

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    posted = streams.post(target, access_token, PING)
    assert (posted.status, posted.text) == (202, "")
    assert stream.message() == PONG


def test_messages_come_in_the_order_of_their_posts_each_with_an_id(
    streams: Streams, access_token: str
) -> None:
    stream = streams.open(access_token)
    target = endpoint(stream)["data"]
    for number in range(4):
        streams.post(target, access_token, {**PING, "id": number})

    events = [stream.next() or {} for _ in range(4)]
    assert [json.loads(event["data"])["id"] for event in events] == [0, 1, 2, 3]
    assert len({event["id"] for event in events}) == 4


def test_the_version_that_was_agreed_on_holds_for_the_session(
    streams: Streams, access_token: str
) -> None:
    """Clients of this transport send no version header."""
    stream = streams.open(access_token)
    target = endpoint(stream)["data"]
    params = {"protocolVersion": "2025-11-25", **INTRODUCTION}
    hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}

    streams.post(target, access_token, hello)
    streams.post(target, access_token, tool_call("whoami"))

    assert stream.message()["result"]["protocolVersion"] == "2025-11-25"
    assert "structuredContent" in stream.message()["result"]


@pytest.mark.parametrize("headers", [{}, {"mcp-protocol-version": "2024-11-05"}])
def test_a_client_that_knows_2024_11_05_alone_is_served(
    streams: Streams, access_token: str, headers: dict[str, str]
) -> None:
    stream = streams.open(access_token)
    target = endpoint(stream)["data"]
    params = {"protocolVersion": "2024-11-05", **INTRODUCTION}
    hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}

    streams.post(target, access_token, hello)
    body = json.dumps(tool_call("whoami")).encode()
    streams.call("POST", target, access_token, headers=headers, body=body)

    assert stream.message()["result"]["protocolVersion"] == "2024-11-05"
    assert set(stream.message()["result"]) == {"content", "isError"}


def test_a_notification_has_no_answer(streams: Streams, access_token: str) -> None:
    stream = streams.open(access_token)
    target = endpoint(stream)["data"]
    note = {"jsonrpc": "2.0", "method": "notifications/initialized"}

    assert streams.post(target, access_token, note).status == 202
    streams.post(target, access_token, PING)
    assert stream.message() == PONG


def test_an_error_comes_through_the_stream_too(streams: Streams, access_token: str) -> None:
    stream = streams.open(access_token)
    target = endpoint(stream)["data"]

    assert streams.post(target, access_token, {**PING, "method": "no/such"}).status == 202
    assert stream.message()["error"]["code"] == -32601


def test_what_later_versions_have_belongs_to_the_other_transport(
    streams: Streams, access_token: str
) -> None:
    stream = streams.open(access_token)
    target = endpoint(stream)["data"]
    meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}
    later = {**PING, "method": "server/discover", "params": {"_meta": meta}}

    streams.post(target, access_token, later)
    error = stream.message()["error"]
    assert error["code"] == -32022
    assert error["data"] == {
        "supported": ["2025-11-25", "2025-06-18", "2025-03-26"],
        "requested": "2026-07-28",
    }


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b"{", 400),
        ("application/json", b"7", 400),
        ("text/plain", json.dumps(PING).encode(), 400),
        ("application/json", b" " * (4 * 1024 * 1024 + 1), 413),
    ],
)
def test_what_is_no_message_is_told_to_whoever_sent_it(
    streams: Streams,
    access_token: str,
    tables: Tables,
    *,
    content_type: str,
    body: bytes,
    status: int,
) -> None:
    target = endpoint(streams.open(access_token))["data"]
    before = tables.items("MailboxTable")

    headers = {"content-type": content_type}
    answer, _ = streams.call("POST", target, access_token, headers=headers, body=body)

    assert answer.status == status
    assert "error" in answer.json
    assert tables.items("MailboxTable") == before


# ---- A session is its person's and client's --------------------------------------------------


def test_nobody_else_can_post_and_nobody_learns_that_there_is_a_session(
    streams: Streams, client: Client, access_token: str, tables: Tables
) -> None:
    stream = streams.open(access_token)
    target = endpoint(stream)["data"]
    before = tables.items("MailboxTable")
    of_bea = token_of_bea(streams, client)
    of_another_client = token(Client.register(streams))

    refused = [
        streams.post(target, of_bea, PING),
        streams.post(target, of_another_client, PING),
        streams.post("/mcp/message?sessionId=" + "x" * 43, access_token, PING),
        streams.post("/mcp/message", access_token, PING),
    ]

    assert {(answer.status, answer.text) for answer in refused} == {(404, refused[0].text)}
    assert tables.items("MailboxTable") == before


def test_no_secret_of_a_session_is_stored(
    streams: Streams, access_token: str, tables: Tables
) -> None:
    stream = streams.open(access_token)
    session_id = endpoint(stream)["data"].partition("sessionId=")[2]
    streams.post(f"/mcp/message?sessionId={session_id}", access_token, PING)

    assert len(session_id) == 43
    assert session_id not in tables.everything()


# ---- Streams that break ----------------------------------------------------------------------


def test_what_a_dropped_stream_missed_comes_with_the_next(
    streams: Streams, access_token: str
) -> None:
    dropped = streams.open(access_token)
    first = endpoint(dropped)
    streams.post(first["data"], access_token, {**PING, "id": "seen"})
    seen = dropped.next()
    assert seen
    dropped.hang_up()
    streams.post(first["data"], access_token, {**PING, "id": "missed"})

    stream = streams.open(access_token, seen["id"])

    # the same session, so that a post that is under way finds it
    assert endpoint(stream) == {**first, "id": seen["id"]}
    assert stream.message()["id"] == "missed"
    streams.post(first["data"], access_token, {**PING, "id": "new"})
    assert stream.message()["id"] == "new"


def test_the_next_stream_takes_over_from_one_that_does_not_know_that_it_was_dropped(
    streams: Streams, access_token: str, clock: time_machine.Traveller, client: Client
) -> None:
    access_token = token(client)
    dropped = streams.open(access_token)
    first = endpoint(dropped)

    stream = streams.open(access_token, first["id"])
    endpoint(stream)
    clock.shift(15)

    assert dropped.next() is None
    assert stream.next() == {"": "still here"}


@pytest.mark.parametrize("last_event_id", ["", "x", "x.1", "." * 50, "é", "a" * 43 + ".1"])
def test_an_id_that_was_never_given_out_begins_a_new_session(
    streams: Streams, access_token: str, last_event_id: str
) -> None:
    event = endpoint(streams.open(access_token, last_event_id))

    assert event["id"].endswith(".0")
    assert event["id"].partition(".")[0] in event["data"]


def test_nobody_else_can_come_back_to_a_session(
    streams: Streams, client: Client, access_token: str
) -> None:
    stream = streams.open(access_token)
    first = endpoint(stream)
    streams.post(first["data"], access_token, PING)

    theirs = endpoint(streams.open(token_of_bea(streams, client), first["id"]))

    assert theirs["data"] != first["data"]
    assert stream.message() == PONG


def test_a_session_is_over_an_hour_after_its_last_stream(
    streams: Streams, clock: time_machine.Traveller, client: Client
) -> None:
    access_token = token(client)
    first = endpoint(streams.open(access_token))
    clock.shift(3599)
    assert endpoint(streams.open(access_token, first["id"]))["data"] == first["data"]
    clock.shift(3600)
    access_token = token(client)

    assert streams.post(first["data"], access_token, PING).status == 404
    assert endpoint(streams.open(access_token, first["id"]))["data"] != first["data"]


# ---- How a stream lasts, and ends ------------------------------------------------------------


def test_a_quiet_stream_is_kept_alive(
    streams: Streams, clock: time_machine.Traveller, client: Client
) -> None:
    stream = streams.open(token(client))
    endpoint(stream)
    clock.shift(15)

    assert stream.next() == {"": "still here"}


def test_a_stream_is_closed_before_the_functions_time_is_up(
    streams: Streams, clock: time_machine.Traveller, client: Client, tables: Tables
) -> None:
    stream = streams.open(token(client))
    endpoint(stream)
    clock.shift(SECONDS - 16)
    assert stream.next()
    clock.shift(1)

    assert stream.next() is None


def test_a_stream_ends_with_the_token_that_opened_it(
    streams: Streams, clock: time_machine.Traveller, client: Client
) -> None:
    tokens = client.tokens(resource=SSE_URL)
    stream = streams.open(tokens["access_token"])
    endpoint(stream)
    form = {"token": tokens["access_token"], "client_id": client.client_id}
    assert streams.ask("POST", "/api/oauth/revoke", form=form).status == 200
    clock.shift(15)

    assert stream.next() is None


def slots(tables: Tables) -> list[dict[str, Any]]:
    return [item for item in tables.items("MailboxTable") if "stream_id" in item]


def test_a_stream_that_ends_gives_its_slot_back(
    streams: Streams, access_token: str, tables: Tables
) -> None:
    before = slots(tables)
    stream = streams.open(access_token)
    endpoint(stream)
    stream.hang_up()

    assert len(slots(tables)) <= len(before)


def test_a_person_has_a_few_streams_and_the_newest_win(
    streams: Streams, clock: time_machine.Traveller, client: Client, tables: Tables
) -> None:
    access_token = token_of_bea(streams, client)
    opened = []
    for _ in range(STREAMS_PER_PERSON + 1):
        clock.shift(1)
        opened.append(streams.open(access_token))
        endpoint(opened[-1])

    oldest, *others = opened
    clock.shift(15)
    assert oldest.next() is None
    assert [stream.next() for stream in others] == [{"": "still here"}] * STREAMS_PER_PERSON


# ---- What it costs ---------------------------------------------------------------------------


def test_a_stream_and_a_message_take_four_calls_each_and_a_look_takes_one(
    streams: Streams, access_token: str
) -> None:
    endpoint(streams.open(access_token))  # the process knows its keys now
    with counted_calls() as opening:
        stream = streams.open(access_token)
    target = endpoint(stream)["data"]
    with counted_calls() as message:
        streams.post(target, access_token, PING)
    with counted_calls() as look:
        stream.message()

    get, put = "dynamodb GetItem", "dynamodb PutItem"
    assert opening == {get: 1, "dynamodb Query": 1, put: 2}
    assert message == {get: 2, put: 1, "dynamodb UpdateItem": 1}
    assert look == {"dynamodb Query": 1}
