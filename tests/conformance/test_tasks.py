"""The official conformance suite's scenarios of the extension io.modelcontextprotocol/tasks."""

import json
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.clients.npm import NODE
from tests.clients.test_conformance_authorization import SUITE
from tests.conformance.test_server import required, without_success

SCENARIOS = (
    "tasks-capability-negotiation",
    "tasks-dispatch-and-envelope",
    "tasks-lifecycle",
    "tasks-mrtr-composition",
    "tasks-mrtr-input",
    "tasks-request-headers",
    "tasks-request-state-removal",
    "tasks-required-task-error",
    "tasks-wire-fields",
)
# Says of itself that it checks nothing before it is written anew for the stream of
# subscriptions/listen: it sends the server no request.
NOT_WRITTEN = "tasks-status-notifications"
_PATIENCE_SECONDS = 120


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_check_of_a_scenario_passes(tasks_url: str, scenario: str, tmp_path: Path) -> None:
    said = run(tasks_url, scenario, tmp_path)

    # nothing is passed over: neither what the suite skips nor what it only tells of
    assert without_success(tmp_path) == Counter(), said
    passed = re.search(r"Passed: (\d+)/(\d+), 0 failed, 0 warnings", said)
    assert passed, said
    assert int(passed[1]) == int(passed[2]) > 1


def test_the_scenario_that_is_not_written_yet_skips_itself(tasks_url: str, tmp_path: Path) -> None:
    """It fails with the version of the suite that has it, which then belongs above."""
    said = run(tasks_url, NOT_WRITTEN, tmp_path)

    (checks,) = tmp_path.glob("*/checks.json")
    assert [check["status"] for check in json.loads(checks.read_text())] == ["SKIPPED"], said


def test_no_scenario_of_tasks_is_left_out() -> None:
    known = {name for name in required("2026-07-28") if name.startswith("tasks-")}

    assert known == {*SCENARIOS, NOT_WRITTEN}


def run(url: str, scenario: str, output: Path) -> str:
    """What the suite says of one scenario; its checks are in `output`."""
    command = [
        *(NODE, SUITE, "server", "--url", url),
        *("--scenario", scenario, "--output-dir", output),
    ]
    finished = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
        check=False,
    )
    return finished.stdout + finished.stderr
