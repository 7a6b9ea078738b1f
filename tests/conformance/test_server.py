"""The official conformance suite, its `server` command, by the requirements of each era."""

import subprocess
from pathlib import Path

import pytest

from tests.clients.npm import NODE
from tests.clients.test_conformance_authorization import SUITE

HERE = Path(__file__).parent
_PATIENCE_SECONDS = 300


@pytest.mark.parametrize("version", ["2026-07-28", "2025-11-25"])
def test_every_scenario_passes_but_those_with_a_reason(
    mcp_url: str, version: str, tmp_path: Path
) -> None:
    """Fails as well when one of those starts to pass: then its reason is gone."""
    expected = HERE / f"expected_{version.replace('-', '_')}.yml"
    command = [
        *(NODE, SUITE, "server", "--url", mcp_url, "--requirements", version),
        *("--expected-failures", expected, "--output-dir", tmp_path),
    ]
    finished = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
        check=False,
    )

    assert finished.returncode == 0, finished.stdout + finished.stderr
