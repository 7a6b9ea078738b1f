"""Tasks in DynamoDB: one item each, so that every step is one conditional write."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from gatehouse.mcp.tasks.task import CANCELLED, FAILED, INPUT_REQUIRED, WORKING, Task
from gatehouse.storage.attributes import read
from gatehouse.storage.table import ConditionFailed, Table

_OWNED: Final = "subject = :subject AND client_id = :client_id"
_RUNNING: Final = "#status = :working AND run = :run"
# What only a task that goes on has a use for
_FORGET: Final = (
    " REMOVE arguments, asked_first, capabilities, status_message, input_requests, input_responses"
)


class DynamoDBTaskStore:
    """Keeps the promises of `TaskStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, task: Task) -> None:
        self._table.put(asdict(task))

    def get(self, task_id: str, *, subject: str, client_id: str) -> Task | None:
        item = self._table.get(task_id=task_id)
        if not item or (item["subject"], item["client_id"]) != (subject, client_id):
            return None
        return _from_item(item)

    def start(self, task_id: str, run: str, *, now: int, deadline: int) -> Task | None:
        task, _ = self._change(
            task_id,
            "SET run = :run, updated_at = :now, deadline = :deadline",
            condition=(
                "#status = :working AND attribute_not_exists(run)"
                " AND deadline > :now AND expires_at > :now"
            ),
            values={":working": WORKING, ":run": run, ":now": now, ":deadline": deadline},
        )
        # its own second attempt after a lost answer finds itself
        return task if task and task.run == run and task.status == WORKING else None

    def report(self, task_id: str, run: str, message: str, *, now: int) -> bool:
        _, done = self._change(
            task_id,
            "SET status_message = :message, updated_at = :now",
            condition=_RUNNING,
            values={":working": WORKING, ":run": run, ":message": message, ":now": now},
        )
        return done

    def is_running(self, task_id: str, run: str) -> bool:
        item = self._table.get(task_id=task_id)
        return item is not None and (item["status"], item.get("run")) == (WORKING, run)

    def ask(self, task_id: str, run: str, requests: str, *, now: int) -> bool:
        task, done = self._change(
            task_id,
            "SET #status = :asking, input_requests = :requests, updated_at = :now REMOVE run",
            condition=_RUNNING,
            values={
                ":working": WORKING,
                ":run": run,
                ":asking": INPUT_REQUIRED,
                ":requests": requests,
                ":now": now,
            },
        )
        if task is None:
            return False
        return done or (task.status == INPUT_REQUIRED and task.input_requests == requests)

    def answer(self, task: Task, answered: Task) -> Task | None:
        now_is, _ = self._change(
            task.task_id,
            "SET #status = :status, input_requests = :requests, input_responses = :responses,"
            " updated_at = :now, deadline = :deadline",
            condition="#status = :asking AND input_requests = :seen",
            values={
                ":asking": INPUT_REQUIRED,
                ":seen": task.input_requests,
                ":status": answered.status,
                ":requests": answered.input_requests,
                ":responses": answered.input_responses,
                ":now": answered.updated_at,
                ":deadline": answered.deadline,
            },
        )
        return now_is

    def finish(self, task_id: str, run: str, *, status: str, outcome: str, now: int) -> bool:
        task, done = self._change(
            task_id,
            "SET #status = :status, outcome = :outcome, updated_at = :now" + _FORGET,
            condition=_RUNNING,
            values={
                ":working": WORKING,
                ":run": run,
                ":status": status,
                ":outcome": outcome,
                ":now": now,
            },
        )
        return done or (task is not None and task.is_over and task.outcome == outcome)

    def cancel(self, task_id: str, *, subject: str, client_id: str, now: int) -> Task | None:
        task, done = self._change(
            task_id,
            "SET #status = :cancelled, updated_at = :now" + _FORGET,
            condition=f"{_OWNED} AND #status IN (:working, :asking) AND expires_at > :now",
            values={
                ":cancelled": CANCELLED,
                ":working": WORKING,
                ":asking": INPUT_REQUIRED,
                ":subject": subject,
                ":client_id": client_id,
                ":now": now,
            },
        )
        owned = task is not None and (task.subject, task.client_id) == (subject, client_id)
        return task if done or owned else None

    def give_up(self, task_id: str, *, outcome: str, now: int) -> Task | None:
        task, _ = self._change(
            task_id,
            "SET #status = :failed, outcome = :outcome, updated_at = :now" + _FORGET,
            condition="#status = :working AND deadline <= :now",
            values={":failed": FAILED, ":working": WORKING, ":outcome": outcome, ":now": now},
        )
        return task

    def _change(
        self, task_id: str, expression: str, *, condition: str, values: Mapping[str, object]
    ) -> tuple[Task | None, bool]:
        """The task as it is afterwards, if there is one, and whether this call changed it."""
        try:
            item = self._table.update(
                {"task_id": task_id},
                expression,
                condition=condition,
                values=values,
                names={"#status": "status"},
            )
        except ConditionFailed as failed:
            return (_from_item(failed.item) if failed.item else None), False
        return _from_item(item), True


def _from_item(item: dict[str, Any]) -> Task:
    # what is None is not stored
    return read(Task, {"email": None, **item})
