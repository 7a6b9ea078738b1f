"""CI's rule that a skipped test is a failed one (tests/no_skips.py)."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PASSES = "def test_a(): pass\n"
SKIPS = "import pytest\ndef test_a(): pytest.skip('not here')\n"
SKIPS_WHOLE = "import pytest\npytest.skip('not here', allow_module_level=True)\n"
EXPECTED = "import pytest\n@pytest.mark.xfail\ndef test_a(): assert False\n"


@pytest.mark.parametrize(
    ("source", "code"), [(PASSES, 0), (SKIPS, 1), (SKIPS_WHOLE, 1), (EXPECTED, 0)]
)
def test_a_run_that_skips_something_fails(tmp_path: Path, source: str, code: int) -> None:
    (tmp_path / "test_sample.py").write_text(f"{source}\ndef test_b(): pass\n")
    (tmp_path / "test_other.py").write_text(PASSES)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.no_skips",
        "--rootdir",
        str(tmp_path),
    ]
    ended = subprocess.run(
        [*command, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert ended.returncode == code, ended.stdout
    assert ("counts as failed" in ended.stdout) is bool(code)
