"""Our MCP endpoint answers as the official SDK does, or by a clause that is written down."""

import pytest
from hypothesis import given, settings

from tests.functions.sdk.answers import Outcome, outcome
from tests.functions.sdk.conftest import Ask
from tests.functions.sdk.differences import DIFFERENCES
from tests.functions.sdk.generated import requests
from tests.functions.sdk.requests import Sent

# About ten seconds.
EXAMPLES = 1500


def compared(ours: Ask, theirs: Ask, sent: Sent) -> tuple[Outcome, Outcome, list[str]]:
    """Both outcomes, and the names of the differences that they have, if they differ."""
    mine, other = outcome(ours(sent)), outcome(theirs(sent))
    if mine == other:
        return mine, other, []
    found = [name for name, each in DIFFERENCES.items() if each.is_it(sent, mine, other)]
    return mine, other, found


def test_the_same_request_gets_the_same_answer(ours: Ask, theirs: Ask) -> None:
    @settings(max_examples=EXAMPLES)
    @given(requests())
    def run(sent: Sent) -> None:
        mine, other, found = compared(ours, theirs, sent)
        assert mine == other or len(found) == 1, found

    run()


@pytest.mark.parametrize("name", DIFFERENCES)
def test_a_difference_is_there_and_is_no_other(ours: Ask, theirs: Ask, name: str) -> None:
    mine, other, found = compared(ours, theirs, DIFFERENCES[name].example)
    assert mine != other
    assert found == [name]
