"""The time anywhere in the world."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gatehouse.mcp import ToolError, tool


@tool(title="Current time", read_only=True, open_world=False)
def current_time(
    time_zone: Annotated[str, "An IANA name such as Europe/Berlin"] = "UTC",
) -> str:
    """Tell the current date and time in a time zone, as ISO 8601 with the weekday."""
    try:
        now = datetime.now(ZoneInfo(time_zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ToolError(f"There is no time zone {time_zone!r}; use an IANA name") from None
    return f"{now.isoformat(timespec='seconds')} ({now:%A})"
