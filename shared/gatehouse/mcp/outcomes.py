"""What a request is answered with, before its era has written down what every result carries."""

from typing import Any, NamedTuple


class Complete(NamedTuple):
    """A result in full.

    `fresh_seconds` is how long a client may keep it, where that is not the same for all results.
    """

    members: dict[str, Any]
    result_type: str = "complete"
    fresh_seconds: int | None = None


class TaskMade(NamedTuple):
    """A task that the request goes on as (SEP-2663); its result is asked for later."""

    members: dict[str, Any]
    result_type: str = "task"


class InputRequired(NamedTuple):
    """Questions to the client, which then asks the same again with its answers."""

    members: dict[str, Any]
    result_type: str = "input_required"


Outcome = Complete | InputRequired | TaskMade
