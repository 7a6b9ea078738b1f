"""What a request is answered with, before its era has written down what every result carries."""

from typing import Any, NamedTuple


class Complete(NamedTuple):
    """A result in full.

    `fresh_seconds` is how long a client may keep it, where that is not the same for all results.
    """

    members: dict[str, Any]
    result_type: str = "complete"
    fresh_seconds: int | None = None


Outcome = Complete
