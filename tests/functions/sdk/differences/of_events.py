"""Differences in what is told before the answer."""

from typing import Any, Final

from tests.functions.sdk.answers import Outcome
from tests.functions.sdk.differences.difference import Difference, is_legacy
from tests.functions.sdk.requests import Sent, changed, meta, request


def _called(steps: list[float], levels: list[str], *, version: str = "2025-11-25") -> Sent:
    arguments = {"steps": steps, "levels": levels}
    return request("tools/call", {"name": "walk", "arguments": arguments}, version=version)


def _increasing(events: Any) -> list[Any]:
    kept: list[Any] = []
    last = float("-inf")
    for event in events:
        if event["method"] == "notifications/progress":
            if event["params"]["progress"] <= last:
                continue
            last = event["params"]["progress"]
        kept.append(event)
    return kept


def _is_progress_that_does_not_increase(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    return theirs._replace(events=tuple(_increasing(theirs.events))) == ours


def _is_more_than_was_asked_for(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    kept = [each for each in theirs.events if each["params"].get("level") != "debug"]
    return is_legacy(sent) and theirs._replace(events=tuple(kept)) == ours


DIFFERENCES: Final = {
    "progress that does not increase": Difference(
        "Progress, Progress Flow: the value must increase with each notification",
        changed(_called([2, 1], []), meta("progressToken", "p")),
        _is_progress_that_does_not_increase,
    ),
    "what is only of use to whoever debugs": Difference(
        "2025-11-25, Schema, notifications/message: where no level was set the server may decide "
        "which messages it sends; nothing of a setting is kept between requests",
        _called([], ["debug"]),
        _is_more_than_was_asked_for,
    ),
}
