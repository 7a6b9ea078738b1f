"""The official conformance suite, its `server` command, by the requirements of each era."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.clients.npm import NODE
from tests.clients.test_conformance_authorization import SUITE

HERE = Path(__file__).parent
REQUIREMENTS = SUITE.parents[1] / "requirements"
_PATIENCE_SECONDS = 300


@pytest.mark.parametrize("version", ["2026-07-28", "2025-11-25"])
def test_every_check_passes_but_those_with_a_reason(
    mcp_url: str, version: str, tmp_path: Path
) -> None:
    """Those of scenarios that are not scored, too; one with a reason that passes is a failure."""
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

    ran = set(re.findall(r"[✓✗] ([\w-]+): \d+ passed", said))
    assert ran >= required(version), said
    assert listed(failed(tmp_path), expected(version)) == expected(version), said


def listed(failed: set[str], reasons: set[str]) -> set[str]:
    """The failed checks, as a reason names them: by themselves, or by their scenario."""
    scenarios = {check: check.partition(":")[0] for check in failed}
    return {scenarios[check] if scenarios[check] in reasons else check for check in failed}


def required(version: str) -> set[str]:
    """Every scenario for servers of a version, scored or not."""
    listed = yaml.safe_load((REQUIREMENTS / f"{version}.yaml").read_text())
    others = {each["scenario"] for each in listed["not_scored"] if each["leg"] == "server"}
    return {*listed["server"], *others}


def failed(output: Path) -> set[str]:
    """What the suite found wrong, as `scenario:check`; a warning is of something that should be."""
    return {
        f"{scenario}:{check['id']}"
        for scenario, checks in _found(output)
        for check in checks
        if check["status"] in ("FAILURE", "WARNING")
    }


def _found(output: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for file in output.glob("*/checks.json"):
        # server-{scenario}-{date}T{time}Z
        named = re.fullmatch(r"server-(.+?)-\d{4}-\d{2}-\d{2}T.*", file.parent.name)
        assert named, file
        yield named[1], json.loads(file.read_text())


def expected(version: str) -> set[str]:
    """What fails for a reason, as the version's file tells."""
    reasons = yaml.safe_load((HERE / f"expected_{version.replace('-', '_')}.yml").read_text())
    return {check for each in reasons for check in each["checks"]}
