"""What is told to the client before the answer: notifications, in their order."""

from typing import Any


class Channel:
    """Collects the notifications of one call."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def notify(self, method: str, params: dict[str, Any]) -> None:
        """One more, which needs no answer."""
        self.events.append({"jsonrpc": "2.0", "method": method, "params": params})
