"""What tasks of a server are kept in and run by."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from gatehouse.storage.contract.mcp import TaskStore

# A task that was handed over and not begun by then never will be: Lambda forgets an event after
# five minutes (MaximumEventAgeInSeconds)
START_WITHIN: Final = 360


class Runner(Protocol):
    """Has tasks run elsewhere."""

    def start(self, task_id: str) -> None:
        """Return when it is sure that the task will be begun, perhaps more than once.

        Raises `Unavailable`.
        """


@dataclass(frozen=True, slots=True)
class Tasks:
    """Where the tasks are, and who runs them. Durations are seconds.

    A task and its result can be asked for during `lifetime`; a run takes at most `timeout`.
    """

    store: "TaskStore"
    runner: Runner
    now: Callable[[], int]
    lifetime: int
    timeout: int
