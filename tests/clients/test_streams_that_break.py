"""What clients of HTTP+SSE make of a stream that breaks, or that its function had to end."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clients.child import child
from tests.clients.mcp_remote import connected_app
from tests.clients.npm import NODE
from tests.clients.plain_client import PlainClient
from tests.clients.python_client_1 import CALLBACK, command
from tests.clients.sign_in import new_http, sign_in
from tests.running_stack import USER, RunningStack, copy_of_project, running_stack

EVENT_SOURCE = Path(__file__).parent / "typescript" / "eventsource.mjs"


@pytest.fixture(scope="module")
def short_streams(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A stack whose streams end after eight seconds: fifteen before the function's time is up."""
    root = copy_of_project(tmp_path_factory.mktemp("project"))
    template = root / "template.yaml"
    before, *after = template.read_text().split("Timeout: 900")
    assert len(after) == 1
    template.write_text(f"{before}Timeout: 23{after[0]}")
    with running_stack(root=root) as stack:
        yield stack


def access_token(stack: RunningStack) -> str:
    with new_http(stack.url) as http:
        client = PlainClient(http, {"redirect_uris": [CALLBACK]})
        return str(client.connect(CALLBACK, resource=f"{stack.url}/mcp/sse")["access_token"])


def said_by_an_event_source(stack: RunningStack, how: str) -> Any:
    arguments = [f"{stack.url}/mcp/sse", access_token(stack), how]
    with child([NODE, EVENT_SOURCE, *arguments]) as source:
        said = json.loads(source.wait_for('{"said"'))["said"]
        source.finish()
    return said


def assert_nothing_is_lost(said: Any) -> None:
    seen, *_ = received = said["received"]
    assert [message["id"] for message in received] == ["seen", "missed", "new"]
    assert said["first"] is None
    assert said["resumed"] == seen["lastEventId"]
    assert len(said["endpoints"]) >= 2
    assert len(set(said["endpoints"])) == 1


def test_an_event_source_that_was_cut_off_comes_back_for_what_it_missed(
    stack: RunningStack,
) -> None:
    assert_nothing_is_lost(said_by_an_event_source(stack, "cut"))


def test_an_event_source_whose_stream_has_ended_comes_back_for_what_it_missed(
    short_streams: RunningStack,
) -> None:
    assert_nothing_is_lost(said_by_an_event_source(short_streams, "ended"))


def test_mcp_remote_opens_another_session_and_tells_its_app_nothing(
    short_streams: RunningStack, tmp_path: Path
) -> None:
    with connected_app(short_streams, "/mcp/sse", "sse-only", folder=tmp_path) as app:
        before = app.whoami()
        app.wait_for("Re-established session")
        after = app.whoami()

    assert before["result"]["structuredContent"]["email"] == USER
    assert after["result"] == before["result"]


def test_the_python_client_of_the_1_x_line_fails_at_once_and_can_connect_anew(
    short_streams: RunningStack,
) -> None:
    with child(command("ended.py", f"{short_streams.url}/mcp/sse", CALLBACK)) as client:
        authorization = json.loads(client.wait_for('{"authorizationUrl"'))
        client.tell(sign_in(authorization["authorizationUrl"]))
        before = json.loads(client.wait_for('{"before"'))["before"]
        after = json.loads(client.wait_for('{"after"'))["after"]
        anew = json.loads(client.wait_for('{"anew"'))["anew"]
        said = client.finish()

    assert before["whoami"]["email"] == USER
    assert list(after) == ["error"]
    assert anew == before
    assert said.count("authorizationUrl") == 1
