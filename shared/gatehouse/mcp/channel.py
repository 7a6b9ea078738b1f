"""What is told to the client before the answer: notifications, in their order."""

import json
from typing import Any, Final

from gatehouse.mcp.eras import LOG_LEVEL_KEY, Era, meta_of
from gatehouse.mcp.jsonrpc import INVALID_PARAMS, Call, RequestId, RpcError, is_id

# RFC 5424 section 6.2.1, from the least to the most severe
LEVELS: Final = (
    "debug",
    "info",
    "notice",
    "warning",
    "error",
    "critical",
    "alert",
    "emergency",
)
# What a client of the handshake gets, whose wish could not be remembered: nothing is kept for it.
_UNASKED: Final = "info"
# An answer has a largest size, and nobody reads more.
_MOST: Final = 1000


class Channel:
    """Collects the notifications of one call, as far as the client asked for them."""

    def __init__(self, progress_token: RequestId | None = None, level: str | None = None) -> None:
        """Take what the request asks for; None for what it does not want to hear."""
        self.events: list[dict[str, Any]] = []
        self._progress_token = progress_token
        self._level = level
        self._progress: float | None = None

    @classmethod
    def of(cls, call: Call, era: Era) -> "Channel":
        """The channel of a request. Raises `RpcError` for a log level that does not exist.

        And for a progress token that is none.
        """
        meta = meta_of(call)
        token = meta.get("progressToken")
        # 2025-03-26 and later, Progress, "Progress Flow": a string or an integer
        is_token = isinstance(token, str | int) and not isinstance(token, bool)
        if "progressToken" in meta and not is_token:
            raise RpcError(INVALID_PARAMS, "The progressToken is a string or an integer")
        # 2026-07-28, Logging: nothing is sent for a request that names no level
        level = meta.get(LOG_LEVEL_KEY) if era.stands_alone else _UNASKED
        if level is not None and level not in LEVELS:
            raise RpcError(INVALID_PARAMS, f"The log level is one of {', '.join(LEVELS)}")
        return cls(token if is_id(token) else None, level)

    def progress(self, progress: float, total: float | None, message: str | None) -> None:
        """How far the call is; what does not increase is not told."""
        if self._progress_token is None:
            return
        # Progress: the value must increase with each notification
        if self._progress is not None and progress <= self._progress:
            return
        self._progress = progress
        told = {"progress": progress, "total": total, "message": message}
        self._notify(
            "notifications/progress",
            {
                "progressToken": self._progress_token,
                **{name: value for name, value in told.items() if value is not None},
            },
        )

    def log(self, level: str, data: object, logger: str | None) -> None:
        """A message for the client's log. Raises `ValueError` for a level that does not exist."""
        if level not in LEVELS:
            raise ValueError(f"the log level is one of {', '.join(LEVELS)}")
        if self._level is None or LEVELS.index(level) < LEVELS.index(self._level):
            return
        named = {"logger": logger} if logger else {}
        self._notify("notifications/message", {"level": level, **named, "data": data})

    def _notify(self, method: str, params: dict[str, Any]) -> None:
        # what is no JSON is found where it was said, not where the answer is written
        json.dumps(params, allow_nan=False)
        if len(self.events) < _MOST:
            self.events.append({"jsonrpc": "2.0", "method": method, "params": params})

    @property
    def cancelled(self) -> bool:
        """Whether nobody wants the answer any more, as far as that can be known."""
        return False
