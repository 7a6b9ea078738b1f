"""A pytest plugin for CI: a test that was skipped has not passed."""

import pytest


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Turn a skip into a failure."""
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} was skipped: {report.longrepr}"
