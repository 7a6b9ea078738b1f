"""Calls that go on as tasks (SEP-2663), from the call to its result."""

import json
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

import gatehouse_scopes
from gatehouse import wiring
from gatehouse.aws.invocations import Invocations
from gatehouse.errors import Unavailable
from gatehouse.scheduled import RunFailed
from local.template import Template
from tests.examples import project_with_whole_server
from tests.functions.actors import EMAIL, Client, call_tool
from tests.functions.deployment import ORIGIN, Deployment
from tests.functions.log_lines import counted, followed_log
from tests.functions.tables import Tables
from tests.functions.tasks import EXTENSION, TaskClient
from tests.long_tools import FILES, MEANWHILE, add_long_tools
from tests.running_stack import copy_of_project

NOW = "2026-08-30T12:36:00Z"
UNKNOWN = "A" * 22
MISSING: dict[str, Any] = {"requiredCapabilities": {"extensions": {EXTENSION: {}}}}


@pytest.fixture(scope="module")
def long_tools(
    deployment: Deployment, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """The same stack with tools that run as tasks; what is handed over waits for `run_next`."""
    project = add_long_tools(copy_of_project(tmp_path_factory.mktemp("project")))
    written = runpy.run_path(str(project / "shared" / "gatehouse_scopes.py"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gatehouse_scopes, "CATALOGUE", written["CATALOGUE"])
        wiring.close()
        declared = Template(project / "template.yaml").resolve({"PublicUrl": ORIGIN}, {})
        yield Deployment(declared, handed_over=deployment.handed_over)
    wiring.close()


@pytest.fixture(autouse=True)
def meanwhile() -> Iterator[None]:
    yield
    MEANWHILE.clear()


def of(client: Client, deployment: Deployment, **changes: str) -> TaskClient:
    return TaskClient(deployment, client.tokens(**changes)["access_token"])


def run_logged(deployment: Deployment, event: Any = None) -> dict[str, Any]:
    """Run the event, or else what waits, and return the line that tells of the run."""
    with followed_log(lines_only=True) as written:
        if event is None:
            deployment.run_next()
        else:
            deployment.run_event("McpTask", event)
    return written.lines[-1]


@pytest.fixture
def caller(client: Client, long_tools: Deployment) -> TaskClient:
    return of(client, long_tools)


def test_a_call_is_answered_with_a_task_that_can_be_asked_for_at_once(
    caller: TaskClient, long_tools: Deployment
) -> None:
    with time_machine.travel(NOW, tick=False):
        caller.access_token = of(Client.register(long_tools), long_tools).access_token
        made = caller.call("compute", a=3)
        asked = caller.get(made["taskId"])
        long_tools.run_next()

    assert len(made["taskId"]) == 22
    assert made == {
        "resultType": "task",
        "taskId": made["taskId"],
        "status": "working",
        "createdAt": NOW,
        "lastUpdatedAt": NOW,
        "ttlMs": 86_400_000,
        "pollIntervalMs": 1000,
        "_meta": made["_meta"],
    }
    assert asked == {**made, "resultType": "complete"}


def test_a_task_is_run_for_who_called_and_has_the_result_of_the_call(
    caller: TaskClient, client: Client, long_tools: Deployment
) -> None:
    task_id = caller.task("compute", a=3)
    long_tools.run_next()
    over = caller.get(task_id)

    assert over["status"] == "completed"
    assert "statusMessage" not in over
    structured = over["result"]["structuredContent"]
    assert structured == {"person": EMAIL, "client": client.client_id, "a": "3"}
    # exactly what the call would have been answered with
    at_once = caller.ask("tools/call", {"name": "compute", "arguments": {"a": 3}}, {})
    assert over["result"] == at_once.json["result"]


def test_a_task_says_how_far_it_is(caller: TaskClient, long_tools: Deployment) -> None:
    told: list[Any] = []
    task_id = caller.task("interrupted")
    MEANWHILE.append(lambda: told.append(caller.get(task_id)))
    long_tools.run_next()

    (during,) = told
    assert (during["status"], during["statusMessage"]) == ("working", "begun")


def test_a_tool_that_refuses_has_completed(caller: TaskClient, long_tools: Deployment) -> None:
    task_id = caller.task("refuse")
    long_tools.run_next()
    over = caller.get(task_id)

    assert (over["status"], over["result"]["isError"]) == ("completed", True)
    assert over["result"]["content"] == [{"type": "text", "text": "Not today"}]


def test_a_tool_that_crashes_names_an_incident_and_nothing_else(
    caller: TaskClient, long_tools: Deployment
) -> None:
    task_id = caller.task("crash")
    line = run_logged(long_tools)
    over = caller.get(task_id)

    assert (over["status"], over["result"]["isError"]) == ("completed", True)
    assert "hunter2" not in json.dumps(over)
    assert line["outcome"] == "task_completed"
    assert "hunter2" in line["failures"][0]
    assert counted(line) == {"TaskRun": 1, "ToolFailed": 1}


def test_arguments_are_checked_before_there_is_a_task(
    caller: TaskClient, long_tools: Deployment, tables: Tables
) -> None:
    before = tables.count("TasksTable")
    refused = caller.call("compute", a="three")

    assert (refused["resultType"], refused["isError"]) == ("complete", True)
    assert "Invalid arguments: a" in refused["content"][0]["text"]
    assert tables.count("TasksTable") == before
    assert long_tools.nothing_handed_over


def test_a_result_too_large_to_keep_is_an_error_of_the_tool(
    caller: TaskClient, long_tools: Deployment
) -> None:
    task_id = caller.task("describe", size=349_000)
    long_tools.run_next()
    assert len(caller.get(task_id)["result"]["content"][0]["text"]) == 349_000

    task_id = caller.task("describe", size=350_000)
    long_tools.run_next()
    over = caller.get(task_id)
    assert (over["status"], over["result"]["isError"]) == ("completed", True)
    assert "350000 bytes" in over["result"]["content"][0]["text"]


def test_arguments_too_large_to_keep_are_refused(caller: TaskClient, tables: Tables) -> None:
    before = tables.count("TasksTable")
    refused = caller.call("repeat", text="é" * 175_000)

    assert (refused["resultType"], refused["isError"]) == ("complete", True)
    assert "350000 bytes" in refused["content"][0]["text"]
    assert tables.count("TasksTable") == before


# ---- Clients that know no tasks --------------------------------------------------------------


def test_a_client_that_knows_no_tasks_waits_for_the_answer(
    caller: TaskClient, long_tools: Deployment
) -> None:
    answer = caller.ask("tools/call", {"name": "compute", "arguments": {"a": 1}}, {})

    assert answer.json["result"]["resultType"] == "complete"
    assert answer.json["result"]["structuredContent"]["a"] == "1"
    assert long_tools.nothing_handed_over


def test_a_client_of_the_handshake_waits_for_the_answer(
    caller: TaskClient, long_tools: Deployment
) -> None:
    answer = call_tool(long_tools, caller.access_token, "compute", a=1)

    assert answer.json["result"]["structuredContent"]["a"] == "1"
    assert long_tools.nothing_handed_over


def test_a_tool_that_is_a_task_only_needs_a_client_that_knows_tasks(
    caller: TaskClient, long_tools: Deployment
) -> None:
    status, error = caller.error("tools/call", {"name": "refuse", "arguments": {}}, {})
    assert (status, error["code"], error["data"]) == (400, -32021, MISSING)

    of_the_handshake = call_tool(long_tools, caller.access_token, "refuse")
    assert of_the_handshake.json["error"]["code"] == -32021
    assert long_tools.nothing_handed_over


@pytest.mark.parametrize("method", ["tasks/get", "tasks/update", "tasks/cancel"])
def test_tasks_are_there_for_clients_that_know_them(caller: TaskClient, method: str) -> None:
    params = {"taskId": UNKNOWN, "inputResponses": {}}
    status, error = caller.error(method, params, {"extensions": {}})

    assert (status, error["code"], error["data"]) == (400, -32021, MISSING)


def test_the_extension_is_advertised_where_a_tool_runs_as_a_task(
    caller: TaskClient, deployment: Deployment
) -> None:
    assert caller.result("server/discover", {})["capabilities"]["extensions"] == {EXTENSION: {}}

    caller.deployment = deployment
    assert "extensions" not in caller.result("server/discover", {})["capabilities"]


@pytest.mark.parametrize("method", ["tasks/result", "tasks/list"])
def test_methods_of_an_earlier_tasks_are_not_there(caller: TaskClient, method: str) -> None:
    status, error = caller.error(method, {})

    assert (status, error["code"]) == (404, -32601)


# ---- Whose task it is ------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["tasks/get", "tasks/update", "tasks/cancel"])
@pytest.mark.parametrize("task_id", [UNKNOWN, "", "x", "é" * 22, "A" * 5000, None, 5, ["a"]])
def test_a_task_that_is_not_there_is_not_found(
    caller: TaskClient, method: str, task_id: object
) -> None:
    params = {"taskId": task_id, "inputResponses": {}}
    status, error = caller.error(method, params)

    # a header cannot repeat what is no text, or none at all
    assert status == 400
    assert error["code"] in ((-32602,) if task_id in (UNKNOWN, "x") else (-32602, -32020))


@pytest.mark.parametrize("method", ["tasks/get", "tasks/update", "tasks/cancel"])
def test_the_task_of_another_client_is_not_found(
    caller: TaskClient, long_tools: Deployment, method: str
) -> None:
    task_id = caller.task("compute", a=3)
    another = of(Client.register(long_tools), long_tools)
    params = {"taskId": task_id, "inputResponses": {}}

    assert another.error(method, params) == another.error(method, {**params, "taskId": UNKNOWN})
    long_tools.run_next()
    assert caller.get(task_id)["status"] == "completed"


def test_what_a_tool_found_out_needs_the_scope_of_the_tool(
    client: Client, long_tools: Deployment
) -> None:
    broad = of(client, long_tools, scope="mcp notes:read")
    task_id = broad.task("search_notes", word="tea")
    long_tools.run_next()

    narrow = of(client, long_tools, scope="mcp")
    refused = narrow.ask("tasks/get", {"taskId": task_id})

    assert refused.status == 403
    assert 'error="insufficient_scope"' in refused.headers["www-authenticate"]
    assert "notes:read" in refused.headers["www-authenticate"]
    assert broad.get(task_id)["result"]["content"][0]["text"] == "nothing about tea"


# ---- Cancelling, and what goes wrong ---------------------------------------------------------


def test_a_cancelled_task_is_over_at_once_and_is_never_begun(
    caller: TaskClient, long_tools: Deployment
) -> None:
    task_id = caller.task("crash")

    assert caller.cancel(task_id)["resultType"] == "complete"
    assert caller.get(task_id)["status"] == "cancelled"

    long_tools.run_next()
    over = caller.get(task_id)
    assert over["status"] == "cancelled"
    assert "result" not in over


def test_a_tool_learns_that_it_is_cancelled_and_its_result_is_dropped(
    caller: TaskClient, long_tools: Deployment
) -> None:
    task_id = caller.task("interrupted")
    acknowledged: list[Any] = []
    MEANWHILE.append(lambda: acknowledged.append(caller.cancel(task_id)))
    line = run_logged(long_tools)

    over = caller.get(task_id)
    assert over["status"] == "cancelled"
    assert "statusMessage" not in over
    assert acknowledged[0]["resultType"] == "complete"
    assert line["outcome"] == "task_dropped"
    assert counted(line) == {"TaskRun": 1}


def test_cancelling_what_is_over_changes_nothing(
    caller: TaskClient, long_tools: Deployment
) -> None:
    task_id = caller.task("compute", a=1)
    long_tools.run_next()
    over = caller.get(task_id)

    assert caller.cancel(task_id)["resultType"] == "complete"
    assert caller.get(task_id) == over


def test_answers_that_nobody_asked_for_are_ignored(
    caller: TaskClient, long_tools: Deployment
) -> None:
    task_id = caller.task("compute", a=1)
    params = {"taskId": task_id, "inputResponses": {"a": {"action": "accept"}}}
    acknowledged = caller.result("tasks/update", params)

    assert acknowledged == {"resultType": "complete", "_meta": acknowledged["_meta"]}
    long_tools.run_next()
    assert caller.get(task_id)["status"] == "completed"
    status, error = caller.error("tasks/update", {"taskId": task_id})
    assert (status, error["code"]) == (400, -32602)


def test_an_event_that_comes_twice_runs_its_task_once(
    caller: TaskClient, long_tools: Deployment
) -> None:
    task_id = caller.task("compute", a=1)
    event = long_tools.run_next()
    over = caller.get(task_id)

    line = run_logged(long_tools, event)

    assert caller.get(task_id) == over
    assert line["outcome"] == "task_not_begun"


def test_a_task_that_nobody_began_fails_when_its_time_is_up(
    client: Client, long_tools: Deployment
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        caller = of(client, long_tools)
        task_id = caller.task("compute", a=1)
        clock.shift(359)
        assert caller.get(task_id)["status"] == "working"
        clock.shift(1)
        over = caller.get(task_id)
        long_tools.run_next()

        assert (over["status"], over["error"]["code"]) == ("failed", -32603)
        assert over["statusMessage"]
        assert caller.get(task_id) == over


def test_a_task_whose_run_went_away_fails_when_its_time_is_up(
    client: Client, long_tools: Deployment
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        caller = of(client, long_tools)
        task_id = caller.task("interrupted")
        MEANWHILE.append(_end_the_process)
        with pytest.raises(KeyboardInterrupt):
            long_tools.run_next()
        clock.shift(899)
        assert caller.get(task_id)["status"] == "working"
        clock.shift(1)
        assert caller.get(task_id)["status"] == "failed"


def _end_the_process() -> None:
    raise KeyboardInterrupt


def test_a_task_is_forgotten_when_its_life_is_over(client: Client, long_tools: Deployment) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        task_id = of(client, long_tools).task("compute", a=1)
        long_tools.run_next()
        clock.shift(86_399)
        caller = of(client, long_tools)
        assert caller.get(task_id)["status"] == "completed"
        clock.shift(1)
        status, error = caller.error("tasks/get", {"taskId": task_id})
        assert (status, error["code"]) == (400, -32602)


def _lost(client: Invocations, event: object) -> None:
    raise Unavailable("lambda InvokeFunction: no answer")


def test_a_task_that_cannot_be_handed_over_is_not_left_behind(
    caller: TaskClient, long_tools: Deployment, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Invocations, "invoke", _lost)
    before = {item["task_id"]["S"] for item in tables.items("TasksTable")}
    answer = caller.ask("tools/call", {"name": "compute", "arguments": {"a": 1}})

    assert answer.status == 503
    (left,) = [i for i in tables.items("TasksTable") if i["task_id"]["S"] not in before]
    assert left["status"]["S"] == "cancelled"
    assert long_tools.nothing_handed_over


# ---- What a tool asks while it is a task -----------------------------------------------------

ASKABLE: dict[str, Any] = {"elicitation": {"form": {}}, "extensions": {EXTENSION: {}}}


def accepted(value: object) -> dict[str, Any]:
    return {"action": "accept", "content": {"value": value}}


def asking(caller: TaskClient, deployment: Deployment) -> str:
    answer = caller.ask("tools/call", {"name": "ask", "arguments": {}}, ASKABLE)
    deployment.run_next()
    return str(answer.json["result"]["taskId"])


def update(caller: TaskClient, task_id: str, **responses: Any) -> dict[str, Any]:
    return caller.result("tasks/update", {"taskId": task_id, "inputResponses": responses})


def test_a_task_waits_for_every_answer_and_goes_on(
    caller: TaskClient, long_tools: Deployment
) -> None:
    task_id = asking(caller, long_tools)
    asked = caller.get(task_id)
    assert asked["status"] == "input_required"
    assert set(asked["inputRequests"]) == {"who", "sure"}
    assert asked["inputRequests"]["who"]["method"] == "elicitation/create"

    acknowledged = update(caller, task_id, who=accepted("Ada"), unknown=accepted(1))
    assert acknowledged == {"resultType": "complete", "_meta": acknowledged["_meta"]}
    assert set(caller.get(task_id)["inputRequests"]) == {"sure"}
    assert long_tools.nothing_handed_over

    # an answer counts once
    update(caller, task_id, who=accepted("Bob"), sure=accepted(True))
    assert caller.get(task_id)["status"] == "working"
    long_tools.run_next()
    assert set(caller.get(task_id)["inputRequests"]) == {"where"}

    update(caller, task_id, where=accepted("here"))
    long_tools.run_next()
    over = caller.get(task_id)
    assert over["status"] == "completed"
    assert over["result"]["content"] == [{"type": "text", "text": "Ada True here"}]
    assert "inputRequests" not in over


def test_an_answer_is_to_what_was_asked_and_to_nothing_else(
    caller: TaskClient, long_tools: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = caller.ask("tools/call", {"name": "delete", "arguments": {}}, ASKABLE)
    task_id = str(made.json["result"]["taskId"])
    long_tools.run_next()
    assert caller.get(task_id)["inputRequests"]["sure"]["params"]["message"] == "Delete 3 files?"

    monkeypatch.setitem(FILES, "count", 300)
    update(caller, task_id, sure=accepted(value=True))
    long_tools.run_next()
    asked = caller.get(task_id)
    assert asked["status"] == "input_required"
    assert asked["inputRequests"]["sure"]["params"]["message"] == "Delete 300 files?"

    update(caller, task_id, sure=accepted(value=True))
    long_tools.run_next()
    update(caller, task_id, where=accepted("half a pair: \ud83d"))
    long_tools.run_next()
    over = caller.get(task_id)
    assert over["status"] == "completed"
    assert over["result"]["content"][0]["text"] == "deleted 300 half a pair: \ud83d"


@pytest.mark.parametrize("tool", ["number", "picture", "link"])
def test_a_result_that_json_cannot_hold_is_an_incident_of_the_tool(
    caller: TaskClient, long_tools: Deployment, tool: str
) -> None:
    task_id = caller.task(tool)
    line = run_logged(long_tools)
    over = caller.get(task_id)

    assert (over["status"], over["result"]["isError"]) == ("completed", True)
    assert "as incident " in over["result"]["content"][0]["text"]
    assert line["failures"][0].startswith(f"the tool {tool} failed, incident ")


def test_an_error_that_json_cannot_hold_is_one_as_well(
    caller: TaskClient, long_tools: Deployment
) -> None:
    task_id = caller.task("explain")
    line = run_logged(long_tools)
    over = caller.get(task_id)

    assert (over["status"], over["error"]["code"]) == ("failed", -32603)
    assert "as incident " in over["statusMessage"]
    assert line["failures"][0].startswith("the tool explain failed, incident ")


def test_a_client_that_cannot_be_asked_is_not(caller: TaskClient, long_tools: Deployment) -> None:
    task_id = caller.task("ask")
    long_tools.run_next()
    over = caller.get(task_id)

    assert (over["status"], over["error"]["code"]) == ("failed", -32021)


def test_a_task_that_waits_can_be_cancelled(caller: TaskClient, long_tools: Deployment) -> None:
    task_id = asking(caller, long_tools)
    caller.cancel(task_id)
    update(caller, task_id, who=accepted("Ada"), sure=accepted(True))

    assert caller.get(task_id)["status"] == "cancelled"
    assert long_tools.nothing_handed_over


def test_an_event_that_comes_again_does_not_wake_a_task_that_waits(
    caller: TaskClient, long_tools: Deployment
) -> None:
    task_id = asking(caller, long_tools)

    line = run_logged(long_tools, {"gatehouse_task_id": task_id})

    assert line["outcome"] == "task_not_begun"
    assert caller.get(task_id)["status"] == "input_required"


def test_answers_that_could_not_be_handed_over_are_handed_over_when_they_come_again(
    caller: TaskClient, long_tools: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = asking(caller, long_tools)
    responses = {"who": accepted("Ada"), "sure": accepted(True)}
    with monkeypatch.context() as patch:
        patch.setattr(Invocations, "invoke", _lost)
        refused = caller.ask("tasks/update", {"taskId": task_id, "inputResponses": responses})
        assert refused.status == 503

    update(caller, task_id, **responses)
    long_tools.run_next()

    assert set(caller.get(task_id)["inputRequests"]) == {"where"}


def test_an_answer_that_is_none_fails_the_task(caller: TaskClient, long_tools: Deployment) -> None:
    task_id = asking(caller, long_tools)
    update(caller, task_id, who="Ada", sure=accepted(True))
    long_tools.run_next()
    over = caller.get(task_id)

    assert (over["status"], over["error"]["code"]) == ("failed", -32602)


def test_answers_too_large_to_keep_are_refused(caller: TaskClient, long_tools: Deployment) -> None:
    task_id = asking(caller, long_tools)
    params = {"taskId": task_id, "inputResponses": {"who": accepted("x" * 350_000)}}
    status, error = caller.error("tasks/update", params)

    assert (status, error["code"]) == (400, -32602)
    assert set(caller.get(task_id)["inputRequests"]) == {"who", "sure"}


# ---- The function that runs tasks ------------------------------------------------------------


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"gatehouse_task_id": ""},
        {"gatehouse_task_id": 5},
        {"gatehouse_task_id": UNKNOWN, "requestContext": {}},
        {"body": '{"gatehouse_task_id": "x"}', "requestContext": {}, "rawPath": "/mcp/mcp"},
    ],
)
def test_an_event_that_is_not_of_our_making_runs_nothing(
    long_tools: Deployment, event: dict[str, Any]
) -> None:
    assert run_logged(long_tools, event)["outcome"] == "not_a_task"


def test_a_whole_server_that_took_the_place_of_this_one_runs_no_task_of_it(
    caller: TaskClient, long_tools: Deployment, tmp_path: Path
) -> None:
    project = project_with_whole_server(tmp_path)
    whole = Deployment(Template(project / "template.yaml").resolve({"PublicUrl": ORIGIN}, {}))
    task_id = caller.task("compute", a=1)

    assert run_logged(whole, {"gatehouse_task_id": task_id})["outcome"] == "no_tasks"
    assert caller.get(task_id)["status"] == "working"
    long_tools.run_next()
    assert caller.get(task_id)["status"] == "completed"


def test_the_event_is_the_tasks_id_and_no_more(caller: TaskClient, long_tools: Deployment) -> None:
    task_id = caller.task("compute", a=1)

    assert long_tools.run_next() == {"gatehouse_task_id": task_id}


def test_no_token_is_kept_with_a_task(caller: TaskClient, tables: Tables) -> None:
    task_id = caller.task("compute", a=1)
    caller.deployment.run_next()

    assert caller.get(task_id)["status"] == "completed"
    assert caller.access_token.rpartition(".")[2] not in tables.everything()


def test_a_run_without_a_table_fails_so_that_it_is_tried_again(
    caller: TaskClient, long_tools: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = caller.task("compute", a=1)
    with monkeypatch.context() as patch:
        patch.setenv("TASKS_TABLE", "Nowhere")
        wiring.close()
        with followed_log(lines_only=True) as written, pytest.raises(RunFailed):
            long_tools.run_next()
    wiring.close()

    assert written.lines[-1]["outcome"] == "failed"
    assert counted(written.lines[-1]) == {"Failed": 1}
    long_tools.run_event("McpTask", {"gatehouse_task_id": task_id})
    assert caller.get(task_id)["status"] == "completed"
