"""What a request is answered with, before its era has written down what every result carries."""

from typing import Any, NamedTuple


class Complete(NamedTuple):
    """A result in full."""

    members: dict[str, Any]
    result_type: str = "complete"


Outcome = Complete
