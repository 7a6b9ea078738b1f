"""The script `gatehouse`, which `make` puts beside the other commands."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "cli" / "gatehouse"


def run(
    script: Path, *arguments: str, stdout: int = subprocess.PIPE
) -> "subprocess.CompletedProcess[str]":
    # from another folder
    return subprocess.run(
        [str(script), *arguments],
        check=False,
        cwd="/",
        text=True,
        stdout=stdout,
        stderr=subprocess.PIPE,
    )


@pytest.fixture
def link(tmp_path: Path) -> Path:
    """What `make` makes where the environment is another."""
    target = tmp_path / "bin" / "gatehouse"
    subprocess.run(["make", "-s", f"BIN={target.parent}", str(target)], cwd=ROOT, check=True)
    return target


def test_it_runs_from_anywhere_by_a_link(link: Path) -> None:
    ended = run(link, "--help")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "usage: gatehouse" in ended.stdout


def test_make_has_it_for_whoever_runs_or_builds_the_stack() -> None:
    makefile = (ROOT / "Makefile").read_text()

    for target in ("local", "build", "check"):
        assert re.search(rf"^{target}:.* \$\(BIN\)/gatehouse\b", makefile, re.MULTILINE), target


def test_whoever_reads_no_further_is_no_failure() -> None:
    reading, writing = os.pipe()
    os.close(reading)

    ended = run(SCRIPT, "completion", "bash", stdout=writing)

    os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, "")
