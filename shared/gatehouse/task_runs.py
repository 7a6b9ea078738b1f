"""How a task gets from the function that makes it to the one that runs it.

The event is of our own making and carries the task's id alone: whose task it is, and what to do,
is in the table. No route leads to the function that takes it (docs/decisions/0021).
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from gatehouse.log.failures import log_failure, noted_failures
from gatehouse.log.line import log_run
from gatehouse.log.metrics import TASK_RUN
from gatehouse.scheduled import RunFailed

if TYPE_CHECKING:
    from gatehouse.mcp.server import McpServer

_TASK_ID: Final = "gatehouse_task_id"


class TaskRunner:
    """Hands tasks over; keeps the promise of `Runner`."""

    def __init__(self, invoke: Callable[[Mapping[str, Any]], None]) -> None:
        """`invoke` hands an event to the function that runs tasks."""
        self._invoke = invoke

    def start(self, task_id: str) -> None:
        self._invoke({_TASK_ID: task_id})


def task_runs(server: "McpServer") -> Callable[[Mapping[str, Any], object], None]:
    """The Lambda handler that runs tasks of `server`.

    A run that raises fails the invocation, so that Lambda counts it and tries again: a task that
    was begun is not begun again.
    """

    def run_task(event: Mapping[str, Any], context: object) -> None:
        outcome = "failed"
        with noted_failures() as failures:
            try:
                outcome = _run(server, event)
            except Exception as error:
                log_failure("the run of a task failed", error)
        crashed = ("ToolFailed",) if failures else ()
        log_run(
            request_id=getattr(context, "aws_request_id", ""),
            job="run_task",
            outcome=outcome,
            metrics=("Failed",) if outcome == "failed" else (TASK_RUN, *crashed),
            facts={},
            failures=failures,
        )
        if outcome == "failed":
            raise RunFailed("run_task failed: its log line says why")

    return run_task


def _run(server: "McpServer", event: Mapping[str, Any]) -> str:
    task_id = event.get(_TASK_ID)
    # exactly what `TaskRunner` sends: an event of API Gateway has a requestContext, at the least
    if list(event) != [_TASK_ID] or not isinstance(task_id, str) or not task_id:
        return "not_a_task"
    return server.run_task(task_id)
