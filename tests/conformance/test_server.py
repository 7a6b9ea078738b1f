"""The official conformance suite, its `server` command, by the requirements of each era."""

import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.clients.npm import NODE
from tests.clients.test_conformance_authorization import SUITE

HERE = Path(__file__).parent
REQUIREMENTS = SUITE.parents[1] / "requirements"
_PATIENCE_SECONDS = 300

# `scenario:check`, and what the suite says of it
Check = tuple[str, str]


@pytest.mark.parametrize("version", ["2026-07-28", "2025-11-25"])
def test_every_check_passes_but_those_with_a_reason(
    mcp_url: str, version: str, tmp_path: Path
) -> None:
    """Those of scenarios that are not scored, too; one with a reason that passes is a failure.

    Nothing is passed over: what the suite skips, or only tells of, has its reason as well.
    """
    command = [
        *(NODE, SUITE, "server", "--url", mcp_url),
        *("--requirements", version, "--output-dir", tmp_path),
    ]
    finished = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
        check=False,
    )
    said = finished.stdout + finished.stderr

    listed = expected(version)
    found = without_success(tmp_path)
    assert found - listed == Counter(), f"without a reason\n{said}"
    assert listed - found == Counter(), f"with a reason, but passed or gone\n{said}"
    without = required(version) - passing(tmp_path)
    assert without <= {_scenario(check) for check, _ in listed}, f"nothing passed\n{said}"


def required(version: str) -> set[str]:
    """Every scenario for servers of a version, scored or not."""
    listed = yaml.safe_load((REQUIREMENTS / f"{version}.yaml").read_text())
    others = {each["scenario"] for each in listed["not_scored"] if each["leg"] == "server"}
    return {*listed["server"], *others}


def expected(version: str) -> Counter[Check]:
    """What does not pass for a reason, as the version's file tells."""
    reasons = yaml.safe_load((HERE / f"expected_{version.replace('-', '_')}.yml").read_text())
    return Counter((check, each["status"]) for each in reasons for check in each["checks"])


def without_success(output: Path) -> Counter[Check]:
    """The checks that did not pass; several of a scenario may have the same id."""
    return Counter((check, status) for check, status in _found(output) if status != "SUCCESS")


def passing(output: Path) -> set[str]:
    """The scenarios of which a check passed."""
    return {_scenario(check) for check, status in _found(output) if status == "SUCCESS"}


def _scenario(check: str) -> str:
    return check.partition(":")[0]


def _found(output: Path) -> Iterator[Check]:
    for file in output.glob("*/checks.json"):
        # server-{scenario}-{date}T{time}Z
        named = re.fullmatch(r"server-(.+?)-\d{4}-\d{2}-\d{2}T.*", file.parent.name)
        assert named, file
        for check in json.loads(file.read_text()):
            yield f"{named[1]}:{check['id']}", check["status"]
