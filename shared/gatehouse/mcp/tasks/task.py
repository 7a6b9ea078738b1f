"""One call that goes on after its answer, as it is kept and as a client is told of it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from gatehouse.mcp.caller import Caller, Person

WORKING: Final = "working"
INPUT_REQUIRED: Final = "input_required"
COMPLETED: Final = "completed"
FAILED: Final = "failed"
CANCELLED: Final = "cancelled"

# What the arguments, questions and answers of a task, or its outcome, may come to in bytes. A
# DynamoDB item takes 400 KB, all its attributes counted
LARGEST: Final = 350_000
_POLL_INTERVAL_MS: Final = 1000


@dataclass(frozen=True, slots=True)
class Task:
    """A task; times are epoch seconds, and what a client sent or gets is JSON.

    Whose task it is, is said by `subject` and `client_id`. Somebody has to have done something by
    `deadline`: Lambda started it, or its run ended it. `run` is the name of the run that has it,
    absent while none does. `capabilities` are what the client can be asked. `outcome` is an object
    with a `result` or an `error`. A task asks the client what is in `input_requests`, and
    `input_responses` is all that it was told so far, each with a digest of its question.
    `asked_first` is what the tool had to know before there was a task, by its parameter.
    """

    task_id: str
    subject: str
    email: str | None
    client_id: str
    scopes: tuple[str, ...]
    version: str
    tool: str
    status: str
    created_at: int
    updated_at: int
    deadline: int
    expires_at: int
    arguments: str = "{}"
    capabilities: str = "{}"
    status_message: str | None = None
    run: str | None = None
    outcome: str | None = None
    input_requests: str = "{}"
    input_responses: str = "{}"
    asked_first: str = "{}"

    @property
    def caller(self) -> Caller:
        """Who called."""
        return Caller(Person(self.subject, self.email), self.client_id, self.scopes)

    @property
    def is_over(self) -> bool:
        """Whether its state is its last one."""
        return self.status in (COMPLETED, FAILED, CANCELLED)

    @property
    def is_answered(self) -> bool:
        """Whether it was told all that it asked, and no run has gone on with that."""
        return self.status == WORKING and self.run is None and self.input_responses != "{}"

    @property
    def can_be_kept(self) -> bool:
        """Whether what the client sent and is asked fits."""
        sent = (self.arguments, self.asked_first, self.capabilities)
        asked = (self.input_requests, self.input_responses)
        return sum(len(each.encode()) for each in (*sent, *asked)) <= LARGEST

    def summary(self) -> dict[str, Any]:
        """What every answer says of a task (SEP-2663, "Tasks")."""
        message = {"statusMessage": self.status_message} if self.status_message else {}
        return {
            "taskId": self.task_id,
            "status": self.status,
            **message,
            "createdAt": _iso(self.created_at),
            "lastUpdatedAt": _iso(self.updated_at),
            "ttlMs": (self.expires_at - self.created_at) * 1000,
            "pollIntervalMs": _POLL_INTERVAL_MS,
        }

    def details(self) -> dict[str, Any]:
        """The same, with the outcome or what the client is asked (SEP-2663, "Task Polling")."""
        told = self.summary()
        if self.status == INPUT_REQUIRED:
            told["inputRequests"] = json.loads(self.input_requests)
        if self.outcome is not None:
            told |= json.loads(self.outcome)
        return told


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
