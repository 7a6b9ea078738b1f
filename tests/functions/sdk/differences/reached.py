"""How far a request has come with both servers."""

from tests.functions.sdk.answers import Outcome
from tests.functions.sdk.differences import of_http, of_json, of_progress
from tests.functions.sdk.requests import Sent

_EARLIER = (
    *of_http.DIFFERENCES.values(),
    *of_json.DIFFERENCES.values(),
    *of_progress.DIFFERENCES.values(),
)


def has_come_through(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    """Whether nothing of HTTP, JSON or the progress token is the difference."""
    return not any(each.is_it(sent, ours, theirs) for each in _EARLIER)
