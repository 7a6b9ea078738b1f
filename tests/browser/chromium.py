"""Headless Chromium, driven by Playwright."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

_INSTALLER = Path(__file__).with_name("install-chromium.sh")
# Beside those that Playwright gives: no updates, no first run, no services of Google's.
_FLAGS = (
    # Nothing but this machine exists for the tests, not even where an app's callback is real
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--no-proxy-server",
    # Text is as wide on every machine as its font says
    "--font-render-hinting=none",
)


def find_chromium() -> str:
    """The path of the Chromium or Chrome of this machine."""
    found = subprocess.run(
        ["sh", _INSTALLER, "--find"], stdout=subprocess.PIPE, text=True, check=False
    )
    assert found.returncode == 0, f"there is no Chromium: run sh {_INSTALLER}"
    return found.stdout.strip()


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """A browser without windows and without a profile."""
    with sync_playwright() as playwright:
        # Chromium refuses to sandbox its processes when it runs as root
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=_FLAGS, chromium_sandbox=os.geteuid() != 0
        )
        try:
            yield browser
        finally:
            browser.close()
