"""What storage promises of tasks, and of the streams of HTTP+SSE."""

from typing import Protocol

from gatehouse.mcp.tasks.task import Task
from gatehouse.sse.session import Message, Session, Slot


class TaskStore(Protocol):
    """Calls that go on after their answer. A task that is over is never changed again."""

    def add(self, task: Task) -> None:
        """Keep a new task."""

    def get(self, task_id: str, *, subject: str, client_id: str) -> Task | None:
        """The task, if there is one and it is theirs; it may have expired."""

    def start(self, task_id: str, run: str, *, now: int, deadline: int) -> Task | None:
        """Give the task to that run until `deadline`, and return it.

        None if it is with another run, waits for its client, is over, out of time or gone.
        """

    def report(self, task_id: str, run: str, message: str, *, now: int) -> bool:
        """Keep what the run says of itself; False, and nothing is kept, if it has it no more."""

    def is_running(self, task_id: str, run: str) -> bool:
        """Whether the run still has the task."""

    def ask(self, task_id: str, run: str, requests: str, *, now: int) -> bool:
        """Have the task wait for its client; whether the run still had it."""

    def answer(self, task: Task, answered: Task) -> Task | None:
        """Put `answered` in the place of `task`, if that still asks the same.

        Returns the task as it stands afterwards, whoever changed it last; None if it is gone.
        """

    def finish(self, task_id: str, run: str, *, status: str, outcome: str, now: int) -> bool:
        """End the task; whether the run still had it."""

    def cancel(self, task_id: str, *, subject: str, client_id: str, now: int) -> Task | None:
        """End the task unless it is over; None if there is none, or it is not theirs."""

    def give_up(self, task_id: str, *, outcome: str, now: int) -> Task | None:
        """Have the task fail if it is out of time; the task as it stands afterwards, if any."""


class MailboxStore(Protocol):
    """Sessions of HTTP+SSE with the messages to their clients, and the slots of people's streams.

    The messages of a session are in the order of their places, without a gap: whoever reads one
    has seen, or can see, each before it.
    """

    def open(self, session: Session) -> None:
        """Keep a new session."""

    def session(self, session_hash: str) -> Session | None:
        """The session, if there is one; it may have expired."""

    def resume(self, session_hash: str, *, place: int, expires_at: int) -> None:
        """Push the session's expiry back; its client has seen every message up to `place`."""

    def post(self, session_hash: str, text: str, *, after: int, expires_at: int) -> int:
        """Put a message behind the last one, which is `after` or a later one; its place."""

    def advance(self, session_hash: str, *, place: int, version: str) -> None:
        """Note the place of the last message, and the version unless it is empty.

        Not if a later place was noted before.
        """

    def messages(self, session_hash: str, *, after: int) -> list[Message]:
        """The messages behind that place, in order; the first of them, if there are many."""

    def slots(self, person_hash: str) -> list[Slot]:
        """The person's slots; streams of expired ones are over."""

    def take(self, slot: Slot, *, instead_of: Slot | None) -> bool:
        """Take a free slot, or the one that `instead_of` holds; whether this call did it."""

    def holds(self, slot: Slot) -> bool:
        """Whether the slot is still this stream's."""

    def release(self, slot: Slot) -> None:
        """Give the slot back, unless it is another stream's by now."""
