"""What hands events to functions: all that it has to know of one."""

from typing import Any, Protocol


class Invocable(Protocol):
    """A Lambda function."""

    def invoke(self, event: Any) -> Any:
        """Its result. Raises `FunctionError`."""
