"""How far a request has come with both servers."""

from tests.functions.sdk.answers import Outcome
from tests.functions.sdk.differences import of_http, of_json
from tests.functions.sdk.requests import Sent

_EARLIER = (*of_http.DIFFERENCES.values(), *of_json.DIFFERENCES.values())


def has_come_through(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    """Whether nothing of HTTP or JSON is the difference."""
    return not any(each.is_it(sent, ours, theirs) for each in _EARLIER)
