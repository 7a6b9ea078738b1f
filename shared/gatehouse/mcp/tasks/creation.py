"""Makes a task of a call."""

import json
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gatehouse.mcp.blocks import failure
from gatehouse.mcp.eras import client_capabilities_of
from gatehouse.mcp.outcomes import Complete, TaskMade
from gatehouse.mcp.registry.tools import Tool
from gatehouse.mcp.schemas.bad_arguments import BadArguments
from gatehouse.mcp.tasks.negotiation import declares_tasks, extension_missing
from gatehouse.mcp.tasks.task import LARGEST, WORKING, Task
from gatehouse.mcp.tasks.tasks import START_WITHIN, Tasks
from gatehouse.mcp.turn import Turn


def tasks_for(turn: Turn, tool: Tool) -> Callable[[], Tasks] | None:
    """What gives the tasks that the call is to become one of; None if it is answered at once.

    Raises `RpcError` where the tool runs as a task only and the client knows none.
    """
    if turn.server.tasks is not None and declares_tasks(turn.call, turn.era):
        return turn.server.tasks
    if tool.task == "required":
        raise extension_missing()
    return None


def make_task(
    turn: Turn, tool: Tool, tasks: Tasks, arguments: dict[str, Any], found: dict[str, Any]
) -> Complete | TaskMade:
    """The task that the call goes on as, or why it cannot; `found` is what was asked first."""
    try:
        tool.codec.validate(arguments)
    except BadArguments as error:
        return failure(f"Invalid arguments: {error}")
    task = replace(_task(turn, tool, json.dumps(arguments), tasks), asked_first=json.dumps(found))
    if not task.can_be_kept:
        return failure(f"The arguments of a task, and what it asks first, may take {LARGEST} bytes")
    # SEP-2663, Task Creation: the client may ask for it as soon as it is told
    tasks.store.add(task)
    _hand_over(task, tasks)
    return TaskMade(task.summary())


def _task(turn: Turn, tool: Tool, arguments: str, tasks: Tasks) -> Task:
    caller, now = turn.context.caller, tasks.now()
    return Task(
        # SEP-2663, Security Considerations: nobody guesses it
        task_id=secrets.token_urlsafe(16),
        subject=caller.person.subject,
        email=caller.person.email,
        client_id=caller.client_id,
        scopes=caller.scopes,
        version=turn.era.version,
        tool=tool.name,
        status=WORKING,
        created_at=now,
        updated_at=now,
        deadline=now + START_WITHIN,
        expires_at=now + tasks.lifetime,
        arguments=arguments,
        capabilities=json.dumps(client_capabilities_of(turn.call)),
    )


def _hand_over(task: Task, tasks: Tasks) -> None:
    try:
        tasks.runner.start(task.task_id)
    except BaseException:
        # The client will be told of an error, so nothing may happen behind its back: the runner
        # may have got the task all the same
        owner = {"subject": task.subject, "client_id": task.client_id}
        tasks.store.cancel(task.task_id, **owner, now=tasks.now())
        raise
