"""How the official Python client of the 1.x line is started: beside that of the tests' packages."""

import sys
from pathlib import Path

from tests.running_stack import ROOT

CALLBACK = "http://127.0.0.1:3032/callback"
_SCRIPTS = Path(__file__).parent / "python_1"
PACKAGES = ROOT / ".python-client-1" / "python"


def command(script: str, *arguments: str) -> list[str | Path]:
    """Run a script of python_1/ by this Python, with the packages of that line."""
    # -S: without the packages of the tests, which have the 2.x line
    python = ["env", f"PYTHONPATH={PACKAGES}", sys.executable, "-S"]
    return [*python, _SCRIPTS / script, *arguments]
