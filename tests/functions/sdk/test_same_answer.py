"""Our MCP endpoint answers as the official SDK does, or by a clause that is written down."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings

from tests.functions.sdk.answers import Outcome, outcome
from tests.functions.sdk.conftest import Ask
from tests.functions.sdk.differences import DIFFERENCES, of_events
from tests.functions.sdk.differences.difference import Difference
from tests.functions.sdk.generated import requests, routed
from tests.functions.sdk.good import walks
from tests.functions.sdk.own import OWN
from tests.functions.sdk.requests import Sent

# About twenty seconds, three and two.
EXAMPLES, ROUTED, WALKS = 2000, 400, 200


def compared(
    ours: Ask, theirs: Ask, sent: Sent, differences: Mapping[str, Difference] = DIFFERENCES
) -> tuple[Outcome, Outcome, list[str]]:
    """Both outcomes, and the names of the differences that they have, if they differ.

    A request may be wrong in several ways at once, and each may be one.
    """
    mine, other = outcome(ours(sent)), outcome(theirs(sent))
    if mine == other:
        return mine, other, []
    found = [name for name, each in differences.items() if each.is_it(sent, mine, other)]
    return mine, other, found


def test_the_same_request_gets_the_same_answer(ours: Ask, theirs: Ask) -> None:
    @settings(max_examples=EXAMPLES)
    @given(requests())
    def run(sent: Sent) -> None:
        mine, other, found = compared(ours, theirs, sent)
        assert mine == other or found, (mine, other)

    run()


def test_the_same_headers_repeat_arguments(ours: Ask, theirs: Ask) -> None:
    @settings(max_examples=ROUTED)
    @given(routed())
    def run(sent: Sent) -> None:
        mine, other, found = compared(ours, theirs, sent)
        assert mine == other or found, (mine, other)

    run()


def test_the_same_is_told_before_the_answer(ours: Ask, theirs_with_events: Ask) -> None:
    @settings(max_examples=WALKS)
    @given(walks())
    def run(sent: Sent) -> None:
        mine, other, found = compared(ours, theirs_with_events, sent, of_events.DIFFERENCES)
        assert mine == other or found, (mine, other)

    run()


@pytest.mark.parametrize("name", DIFFERENCES)
def test_a_difference_is_there_and_is_no_other(ours: Ask, theirs: Ask, name: str) -> None:
    mine, other, found = compared(ours, theirs, DIFFERENCES[name].example)
    assert mine != other
    assert found == [name]


@pytest.mark.parametrize("name", of_events.DIFFERENCES)
def test_a_difference_in_what_is_told_is_there(
    ours: Ask, theirs_with_events: Ask, name: str
) -> None:
    differences = of_events.DIFFERENCES
    mine, other, found = compared(ours, theirs_with_events, differences[name].example, differences)
    assert mine != other
    assert mine.events != other.events
    assert found == [name]


@pytest.mark.parametrize("name", OWN)
def test_what_is_left_out_is_all_that_differs(ours: Ask, theirs: Ask, name: str) -> None:
    mine, other = ours(OWN[name].example), theirs(OWN[name].example)
    assert outcome(mine, kept=[name]) != outcome(other, kept=[name])
    assert outcome(mine) == outcome(other)
