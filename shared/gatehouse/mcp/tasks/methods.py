"""tasks/get, tasks/update and tasks/cancel."""

import json
import re
from dataclasses import replace
from typing import Any, Final

from gatehouse.mcp.jsonrpc import INTERNAL_ERROR, INVALID_PARAMS, METHOD_NOT_FOUND, RpcError
from gatehouse.mcp.outcomes import Complete
from gatehouse.mcp.request_state import digest_of
from gatehouse.mcp.scopes import ScopesMissing
from gatehouse.mcp.tasks.negotiation import declares_tasks, extension_missing
from gatehouse.mcp.tasks.task import INPUT_REQUIRED, LARGEST, WORKING, Task
from gatehouse.mcp.tasks.tasks import START_WITHIN, Tasks
from gatehouse.mcp.turn import Turn

_TASK_ID: Final = re.compile(r"[A-Za-z0-9_-]{22}")
# SEP-2663, Task Execution Errors: a JSON-RPC error, as no result will ever come
_OUT_OF_TIME: Final = json.dumps(
    {
        "statusMessage": "The task took longer than it may, or its run crashed",
        "error": {"code": INTERNAL_ERROR, "message": "The task did not end in time"},
    }
)


def get_task(turn: Turn) -> Complete:
    """How the task is, with its outcome once it is over. Raises `RpcError` and `ScopesMissing`."""
    tasks = _required(turn)
    return Complete(_find(turn, tasks).details())


def update_task(turn: Turn) -> Complete:
    """That the client's answers were taken. Raises `RpcError` and `ScopesMissing`."""
    tasks = _required(turn)
    responses = turn.call.params.get("inputResponses")
    if not isinstance(responses, dict):
        raise RpcError(INVALID_PARAMS, "tasks/update takes an object of inputResponses")
    task: Task | None = _find(turn, tasks)
    # another update may come between, which answered something else
    while task and (answered := _answered(task, responses, tasks)):
        task = tasks.store.answer(task, answered)
        if task == answered:
            break
    # also where an update before could not hand it over
    if task and task.is_answered:
        tasks.runner.start(task.task_id)
    return Complete({})


def _answered(task: Task, responses: dict[str, Any], tasks: Tasks) -> Task | None:
    """The task with those of the answers that it waits for; None if it waits for none of them."""
    asked, known = json.loads(task.input_requests), json.loads(task.input_responses)
    # SEP-2663, Task Update Requests: what nobody asks, or asks no more, is ignored
    taken = {
        key: (digest_of(asked[key]), response)
        for key, response in responses.items()
        if key in asked
    }
    if task.status != INPUT_REQUIRED or not taken:
        return None
    left = {key: request for key, request in asked.items() if key not in taken}
    now = tasks.now()
    answered = replace(
        task,
        status=INPUT_REQUIRED if left else WORKING,
        input_requests=json.dumps(left),
        input_responses=json.dumps({**known, **taken}),
        updated_at=now,
        deadline=now + START_WITHIN,
    )
    if not answered.can_be_kept:
        raise RpcError(INVALID_PARAMS, f"A task and its answers may take {LARGEST} bytes")
    return answered


def cancel_task(turn: Turn) -> Complete:
    """That the task is over, or was before. Raises `RpcError` and `ScopesMissing`."""
    tasks = _required(turn)
    task = _find(turn, tasks)
    if not task.is_over:
        owner = {"subject": task.subject, "client_id": task.client_id}
        tasks.store.cancel(task.task_id, **owner, now=tasks.now())
    return Complete({})


def _required(turn: Turn) -> Tasks:
    """The server's tasks, for a client that knows any."""
    if turn.server.tasks is None:
        raise RpcError(METHOD_NOT_FOUND, f"Method not found: {turn.call.method}")
    if not declares_tasks(turn.call, turn.era):
        raise extension_missing()
    return turn.server.tasks()


def _find(turn: Turn, tasks: Tasks) -> Task:
    """The task, as it is by now. Another's is not found, as if it had never been."""
    task_id, caller = turn.call.params.get("taskId"), turn.context.caller
    if not isinstance(task_id, str) or not _TASK_ID.fullmatch(task_id):
        raise _not_found()
    owner = {"subject": caller.person.subject, "client_id": caller.client_id}
    task, now = tasks.store.get(task_id, **owner), tasks.now()
    if task and task.status == WORKING and task.deadline <= now:
        task = tasks.store.give_up(task_id, outcome=_OUT_OF_TIME, now=now)
    if task is None or task.expires_at <= now:
        raise _not_found()
    _require_scopes(turn, task)
    return task


def _require_scopes(turn: Turn, task: Task) -> None:
    # What a tool found out is for whoever may call it
    tool = turn.server.registry.tools.get(task.tool)
    if tool and not turn.server.reach(turn.context.scopes) >= set(tool.scopes):
        raise ScopesMissing(tool.scopes)


def _not_found() -> RpcError:
    return RpcError(INVALID_PARAMS, "Task not found")
