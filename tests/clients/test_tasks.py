"""Tasks on the local stack: the tool runs on in another function's process, as on AWS."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from tests.clients.plain_client import PlainClient
from tests.clients.sign_in import new_http
from tests.long_tools import add_long_tools
from tests.running_stack import USER, RunningStack, copy_of_project, running_stack

CALLBACK = "http://127.0.0.1/callback"
VERSION = "2026-07-28"
PATIENCE_SECONDS = 30
META = {
    "io.modelcontextprotocol/protocolVersion": VERSION,
    "io.modelcontextprotocol/clientCapabilities": {
        "extensions": {"io.modelcontextprotocol/tasks": {}}
    },
}


@pytest.fixture(scope="module")
def long_tools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    root = add_long_tools(copy_of_project(tmp_path_factory.mktemp("project")))
    with running_stack(root=root) as stack:
        yield stack


@pytest.fixture
def http(long_tools: RunningStack) -> Iterator[httpx2.Client]:
    with new_http(long_tools.url) as http:
        client = PlainClient(http, {"redirect_uris": [CALLBACK]})
        access_token = client.connect(f"{CALLBACK}")["access_token"]
        http.headers["authorization"] = f"Bearer {access_token}"
        yield http


def ask(http: httpx2.Client, method: str, named: str, **params: Any) -> dict[str, Any]:
    headers = {"mcp-protocol-version": VERSION, "mcp-method": method, "mcp-name": named}
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_meta": META}}
    answer = http.post("/mcp/mcp", json=message, headers=headers)
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()["result"]
    return result


def call(http: httpx2.Client, tool: str, **arguments: Any) -> str:
    made = ask(http, "tools/call", tool, name=tool, arguments=arguments)
    assert made["resultType"] == "task"
    return str(made["taskId"])


def get(http: httpx2.Client, task_id: str) -> dict[str, Any]:
    return ask(http, "tasks/get", task_id, taskId=task_id)


def until(holds: Callable[[], Any]) -> Any:
    """What was waited for."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = holds()
        if found:
            return found
    raise AssertionError("it did not come")


def test_a_call_goes_on_as_a_task_until_its_result_is_there(http: httpx2.Client) -> None:
    task_id = call(http, "compute", a=3)

    def over() -> dict[str, Any] | None:
        task = get(http, task_id)
        return task if task["status"] != "working" else None

    task = until(over)
    assert task["status"] == "completed"
    assert task["result"]["structuredContent"]["person"] == USER


def test_a_tool_that_runs_learns_that_it_is_cancelled(
    http: httpx2.Client, long_tools: RunningStack
) -> None:
    task_id = call(http, "wait")
    until(lambda: get(http, task_id).get("statusMessage") == "waiting")

    ask(http, "tasks/cancel", task_id, taskId=task_id)

    assert get(http, task_id)["status"] == "cancelled"
    log = long_tools.state / "functions.log"
    until(lambda: "the tool saw that it was cancelled" in log.read_text())
    until(lambda: '"task_dropped"' in log.read_text())
    assert "result" not in get(http, task_id)


def test_a_process_that_ends_leaves_a_task_that_still_answers(
    http: httpx2.Client, long_tools: RunningStack
) -> None:
    task_id = call(http, "end_the_process")
    log = long_tools.state / "functions.log"
    until(lambda: "Runtime exited" in log.read_text())

    assert get(http, task_id)["status"] == "working"
    assert ask(http, "tasks/cancel", task_id, taskId=task_id)["resultType"] == "complete"
