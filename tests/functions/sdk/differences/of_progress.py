"""A difference in what a client asks to be told before the answer."""

from typing import Final

from tests.functions.sdk.answers import Outcome
from tests.functions.sdk.differences.difference import PARAMS, Difference, is_modern_for_us_alone
from tests.functions.sdk.requests import MODERN, Sent, changed, meta, request


def _is_a_boolean_token(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    told = sent.params.get("_meta")
    boolean = isinstance(told, dict) and isinstance(told.get("progressToken"), bool)
    refused = ours.code == PARAMS and not is_modern_for_us_alone(sent)
    return boolean and refused and theirs != ours


DIFFERENCES: Final = {
    "a progress token that is true": Difference(
        "Progress, Progress Flow: tokens must be a string or an integer",
        changed(request("tools/list", version=MODERN), meta("progressToken", True)),
        _is_a_boolean_token,
    ),
}
