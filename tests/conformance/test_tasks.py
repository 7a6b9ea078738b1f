"""The official conformance suite's scenarios of the extension io.modelcontextprotocol/tasks."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.clients.npm import NODE
from tests.clients.test_conformance_authorization import SUITE
from tests.conformance.test_server import failed

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
_PATIENCE_SECONDS = 120


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_check_of_a_scenario_passes(tasks_url: str, scenario: str, tmp_path: Path) -> None:
    command = [
        *(NODE, SUITE, "server", "--url", tasks_url),
        *("--scenario", scenario, "--output-dir", tmp_path),
    ]
    finished = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
        check=False,
    )
    said = finished.stdout + finished.stderr

    assert failed(tmp_path) == set(), said
    passed = re.search(r"Passed: (\d+)/(\d+), 0 failed, 0 warnings", said)
    assert passed, said
    assert int(passed[1]) == int(passed[2]) > 1
