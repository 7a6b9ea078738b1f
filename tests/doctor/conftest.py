"""Servers in processes of their own, that answer when they are ready."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest

from tests.clients.sign_in import new_http
from tests.running_stack import ROOT, RunningStack, free_port, running_stack

_PATIENCE_SECONDS = 60


@pytest.fixture(scope="session")
def stack() -> Iterator[RunningStack]:
    # what clients publish is not fetched: a test asks nobody on the Internet
    with running_stack(environment={"LOCAL_CLIENT_DOCUMENTS": "off"}) as stack:
        yield stack


@contextmanager
def peer(module: str) -> Iterator[str]:
    """The MCP URL of a server that runs as `python -m MODULE PORT`."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", module, str(port)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )
    url = f"http://localhost:{port}/mcp"
    try:
        _wait_until_ready(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(_PATIENCE_SECONDS)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    with new_http() as http:
        while time.monotonic() < deadline and process.poll() is None:
            try:
                http.get(url)
            except httpx2.TransportError:
                time.sleep(0.1)
            else:
                return
    raise AssertionError(f"{url} did not get ready")
