"""What is told to the client before the answer: notifications, in their order."""

from typing import Any


class Channel:
    """Collects the notifications of one call."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def notify(self, method: str, params: dict[str, Any]) -> None:
        """One more, which needs no answer."""
        self.events.append({"jsonrpc": "2.0", "method": method, "params": params})

    def report(self, message: str) -> None:
        """Say how far the call is, where somebody can ask for that."""

    @property
    def cancelled(self) -> bool:
        """Whether nobody wants the answer any more, as far as that can be known."""
        return False
