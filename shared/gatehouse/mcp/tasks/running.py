"""Runs the tool of a task, and keeps what it comes to."""

import json
import secrets
from dataclasses import replace
from typing import Any, Final

from gatehouse.mcp.blocks import failure
from gatehouse.mcp.caller import Caller
from gatehouse.mcp.calling import run_tool
from gatehouse.mcp.carriers import UNWRITABLE, Carrier, report_too_large, written
from gatehouse.mcp.channel import Channel
from gatehouse.mcp.context import Context
from gatehouse.mcp.eras import CAPABILITIES_KEY, ERAS, Era
from gatehouse.mcp.incidents import incident_of
from gatehouse.mcp.jsonrpc import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    Call,
    RpcError,
    clipped,
    error_object,
)
from gatehouse.mcp.outcomes import InputRequired, Outcome
from gatehouse.mcp.request_state import RequestState
from gatehouse.mcp.rounds import Round, in_rounds
from gatehouse.mcp.server import Server
from gatehouse.mcp.tasks.task import COMPLETED, FAILED, LARGEST, Task
from gatehouse.mcp.tasks.tasks import Tasks
from gatehouse.mcp.turn import Turn

# What is kept of the outcome is carried to the client as often as it asks
_KEPT: Final = Carrier(LARGEST, "keep what is large elsewhere, and return where")


def run_task(server: Server, tasks: Tasks, task_id: str) -> str:
    """Run the task to its end unless another run has it; what came of it, for the log.

    Raises `Unavailable`: a task that was begun by then fails when its time is up.
    """
    run, now = secrets.token_urlsafe(16), tasks.now()
    task = tasks.store.start(task_id, run, now=now, deadline=now + tasks.timeout)
    if task is None:
        return "task_not_begun"
    try:
        answered = _answer(server, task, _TaskChannel(tasks, task_id, run))
    except RpcError as problem:
        told = _told(server, task, problem)
        return _finish(tasks, task_id, run, FAILED, told)
    if isinstance(answered, InputRequired):
        asked = written(answered.members["inputRequests"])
        if replace(task, input_requests=asked).can_be_kept:
            waits = tasks.store.ask(task_id, run, asked, now=tasks.now())
            return "task_waits" if waits else "task_dropped"
        answered = failure(f"A task and its questions may take {LARGEST} bytes")
    return _finish(tasks, task_id, run, COMPLETED, {"result": _written(server, task, answered)})


def _finish(tasks: Tasks, task_id: str, run: str, status: str, outcome: dict[str, Any]) -> str:
    ended = tasks.store.finish(
        task_id, run, status=status, outcome=written(outcome), now=tasks.now()
    )
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
        # beside the arguments, which may take nearly all that an item can
        kept = self._tasks.store.report(self._task_id, self._run, clipped(said), now=now)
        self._cancelled = not kept

    @property
    def cancelled(self) -> bool:
        # A tool may ask as often as it likes, the table is read once a second
        now = self._tasks.now()
        if not self._cancelled and now > self._asked_at:
            self._asked_at = now
            self._cancelled = not self._tasks.store.is_running(self._task_id, self._run)
        return self._cancelled


class _TaskRound(Round):
    """A run that asks what the task has no answer to yet: the client finds that in the task."""

    def __init__(self, server: Server, call: Call, caller: Caller, era: Era, task: Task) -> None:
        super().__init__(server, call, caller, era, "name")
        answers = json.loads(task.input_responses)
        # an answer to what that key asked before is none to what it asks now
        self._state = RequestState({key: (digest, said) for key, (digest, said) in answers.items()})

    def outcome(self) -> InputRequired:
        if self._problem:
            raise self._problem
        return InputRequired({"inputRequests": self._open})


def _answer(server: Server, task: Task, channel: Channel) -> Outcome:
    """What the tool comes to, or asks. Raises `RpcError`."""
    tool, era = server.registry.tools.get(task.tool), _era(task)
    if tool is None:  # a deployment took it away meanwhile
        raise RpcError(INVALID_PARAMS, f"Unknown tool: {task.tool}")
    arguments = json.loads(task.arguments)
    meta = {CAPABILITIES_KEY: json.loads(task.capabilities)}
    params = {"name": task.tool, "arguments": arguments, "_meta": meta}
    call = Call("tools/call", params, task.task_id)
    rounds = _TaskRound(server, call, task.caller, era, task)
    turn = Turn(server, call, Context(task.caller, channel, rounds), era)
    found = json.loads(task.asked_first)
    answered = in_rounds(rounds, lambda: run_tool(turn, tool, arguments, found))
    try:
        written(answered.members)
    except UNWRITABLE as error:
        return failure(incident_of(server, tool, error))
    return answered


def _told(server: Server, task: Task, problem: RpcError) -> dict[str, Any]:
    try:
        text = written(error_object(problem))
    except UNWRITABLE as error:
        offer = server.registry.tools.get(task.tool)
        return _told(server, task, RpcError(INTERNAL_ERROR, incident_of(server, offer, error)))
    if not _KEPT.takes(text):
        report_too_large(server, f"the tool {task.tool}", text, _KEPT)
        problem = RpcError(problem.code, _KEPT.refusal)
    return {"statusMessage": clipped(problem.message), "error": error_object(problem)}


def _written(server: Server, task: Task, answered: Outcome) -> dict[str, Any]:
    """The result as the call would have been answered with it."""
    text = written(answered.members)
    if not _KEPT.takes(text):
        report_too_large(server, f"the tool {task.tool}", text, _KEPT)
        answered = failure(_KEPT.refusal)
    return _era(task).result(answered, cached=False, server_info=server.info)


def _era(task: Task) -> Era:
    return next(era for era in ERAS if era.version == task.version)
