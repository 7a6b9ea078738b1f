"""Every fault is named, and nothing else is: the small server, broken in one place at a time."""

import re
from pathlib import Path

import pytest

from tests.doctor.faults import FAULTS, Fault
from tests.doctor.small_server import running
from tests.doctor.visiting import codes, examined

ROOT = Path(__file__).parents[2]
# what a test of its own looks at
ELSEWHERE = {"slower_than_patience", "not_https"}


def names(fault: Fault) -> str:
    return " ".join(filter(None, (*fault.named, fault.title)))


def test_nothing_is_wrong_with_the_server_as_it_is() -> None:
    with running() as server:
        outcome = examined(server.url, destructive=True)

    assert codes(outcome) == []
    assert {each.reached for each in outcome.clients} == {"the token endpoint"}
    assert outcome.unchecked == ()


@pytest.mark.parametrize("fault", FAULTS, ids=names)
def test_the_fault_is_named_and_nothing_else(fault: Fault) -> None:
    with running(*fault.switches, change=fault.change) as server:
        outcome = examined(server.url, destructive=True)

    assert sorted(codes(outcome)) == sorted(fault.named)
    shown = {each.number for each in outcome.exchanges}
    for finding in outcome.findings:
        assert finding.clauses or finding.clients
        assert finding.wrong.endswith(".")
        assert finding.fix.endswith(".")
        assert finding.seen_in
        assert set(finding.seen_in) <= shown


def test_every_fault_that_can_be_named_has_a_test() -> None:
    sources = (ROOT / "cli" / "doctor" / "findings").glob("*.py")
    text = "".join(each.read_text() for each in sources)
    named = set(re.findall(r'Finding\(\s*"([a-z0-9_]+)"', text))
    named |= set(re.findall(r'"([a-z_]+)" if \w+ else "[a-z_]+",', text))
    named |= set(re.findall(r'"[a-z_]+" if \w+ else "([a-z_]+)",', text))
    named |= set(re.findall(r': \("([a-z_]+)", "', text))

    assert named - {"CSP"} == {name for each in FAULTS for name in each.named} | ELSEWHERE


@pytest.mark.parametrize(
    ("switch", "said"),
    [
        ("strict_rotation", "one of them is refused."),
        ("reuse_revokes", "one of them is refused, and then a refresh token that was just issued"),
        ("last_refresh_wins", "both are answered, and then a refresh token that was just issued"),
    ],
)
def test_what_becomes_of_two_refreshes_at_once_is_told(switch: str, said: str) -> None:
    with running(switch) as server:
        (finding,) = examined(server.url).findings

    assert said in finding.wrong
