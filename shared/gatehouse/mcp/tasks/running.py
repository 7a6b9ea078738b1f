"""Runs the tool of a task, and keeps what it comes to."""

import json
import secrets
from typing import Any

from gatehouse.mcp.calling import failure, run_tool
from gatehouse.mcp.channel import Channel
from gatehouse.mcp.context import Context
from gatehouse.mcp.eras import ERAS
from gatehouse.mcp.jsonrpc import INVALID_PARAMS, Call, RpcError, error_object
from gatehouse.mcp.server import Server
from gatehouse.mcp.tasks.task import COMPLETED, FAILED, LARGEST, Task
from gatehouse.mcp.tasks.tasks import Tasks
from gatehouse.mcp.turn import Turn


def run_task(server: Server, tasks: Tasks, task_id: str) -> str:
    """Run the task to its end unless another run has it; what came of it, for the log.

    Raises `Unavailable`: a task that was begun by then fails when its time is up.
    """
    run, now = secrets.token_urlsafe(16), tasks.now()
    task = tasks.store.start(task_id, run, now=now, deadline=now + tasks.timeout)
    if task is None:
        return "task_not_begun"
    status, outcome = _outcome(server, task, _TaskChannel(tasks, task_id, run))
    ended = tasks.store.finish(task_id, run, status=status, outcome=outcome, now=tasks.now())
    return f"task_{status}" if ended else "task_dropped"


class _TaskChannel(Channel):
    """What a tool says goes into its task: nobody listens to a stream (SEP-2663)."""

    def __init__(self, tasks: Tasks, task_id: str, run: str) -> None:
        super().__init__()
        self._tasks = tasks
        self._task_id = task_id
        self._run = run
        self._cancelled = False
        self._asked_at = 0

    def progress(self, progress: float, total: float | None, message: str | None) -> None:
        if self.cancelled:
            return
        of_total = "" if total is None else f" of {total:g}"
        said, now = message or f"{progress:g}{of_total}", self._tasks.now()
        kept = self._tasks.store.report(self._task_id, self._run, said, now=now)
        self._cancelled = not kept

    @property
    def cancelled(self) -> bool:
        # A tool may ask as often as it likes, the table is read once a second
        now = self._tasks.now()
        if not self._cancelled and now > self._asked_at:
            self._asked_at = now
            self._cancelled = not self._tasks.store.is_running(self._task_id, self._run)
        return self._cancelled


def _outcome(server: Server, task: Task, channel: Channel) -> tuple[str, str]:
    """How the task ends, and what the call would have been answered with."""
    try:
        answer = _result(server, task, channel)
        kept = json.dumps({"result": answer}, ensure_ascii=False, allow_nan=False)
    except RpcError as problem:
        return FAILED, json.dumps(
            {"statusMessage": problem.message, "error": error_object(problem)}
        )
    return COMPLETED, kept


def _result(server: Server, task: Task, channel: Channel) -> dict[str, Any]:
    era = next(era for era in ERAS if era.version == task.version)
    tool = server.registry.tools.get(task.tool)
    if tool is None:  # a deployment took it away meanwhile
        raise RpcError(INVALID_PARAMS, f"Unknown tool: {task.tool}")
    arguments = json.loads(task.arguments)
    call = Call("tools/call", {"name": task.tool, "arguments": arguments}, task.task_id)
    turn = Turn(server, call, Context(task.caller, channel), era)
    answered = run_tool(turn, tool, arguments)
    if len(json.dumps(answered.members, ensure_ascii=False).encode()) > LARGEST:
        answered = failure(f"The result is larger than the {LARGEST} bytes that a task may keep")
    return era.result(answered, cached=False, server_info=server.info)
