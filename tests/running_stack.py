"""The local stack as `make local` runs it, for tests that talk to it from outside."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
USER, PASSWORD = "demo@example.com", "demo-password"
_PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class RunningStack:
    """A stack that says it is ready. `said` is what it printed until then."""

    port: int
    process: subprocess.Popen[str]
    said: str
    root: Path = ROOT

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def mcp_url(self) -> str:
        return f"{self.url}/mcp/mcp"

    @property
    def state(self) -> Path:
        return self.root / ".local" / str(self.port)


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def copy_of_project(folder: Path) -> Path:
    """A copy of what a stack reads, to change or to break."""
    folder.mkdir(exist_ok=True)
    for name in ("template.yaml", "functions", "shared", "local"):
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, folder / name)
    return folder


@contextmanager
def running_stack(
    port: int | None = None, environment: Mapping[str, str] | None = None, root: Path = ROOT
) -> Iterator[RunningStack]:
    """Start a stack, wait until it is ready, and end it as Ctrl-C does.

    On a port of its own choice it leaves nothing behind. `root` may be a copy of the repository.
    """
    forget = port is None
    port = port or free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "local"],
        cwd=root,
        env={**os.environ, "PORT": str(port), **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield RunningStack(port, process, _wait_until_ready(process), root)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=_PATIENCE_SECONDS)
        finally:
            process.kill()
            if forget:
                shutil.rmtree(root / ".local" / str(port), ignore_errors=True)


def _wait_until_ready(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    said = ""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        line = process.stdout.readline()
        said += line
        if line.strip() == "Ready.":
            return said
        if not line and process.poll() is not None:
            break
    raise AssertionError(f"the stack did not get ready:\n{said}")
