"""Child processes that end with the stack."""

import contextlib
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Final

_KEEPER: Final = Path(__file__).with_name("keeper.py")
_GRACE_SECONDS: Final = 2.0


class Ended(Exception):
    """The stack is ending: nothing is started any more."""


class Children:
    """Starts processes and ends them all. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._ended = False
        keepers_end, own_end = os.pipe()
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_KEEPER)],
            stdin=keepers_end,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(keepers_end)
        self._pipe = os.fdopen(own_end, "wb", buffering=0)

    def start(self, command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        """Start a process; `options` are those of `Popen`. Raises `Ended`, `OSError`.

        It gets a session of its own, as Ctrl-C in the terminal is for the stack to answer.
        """
        with self._lock:
            if self._ended:
                raise Ended
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, start_new_session=True, **options
            )
            self._running.add(process)
            self._tell(f"+{process.pid}")
        return process

    def forget(self, process: subprocess.Popen[bytes]) -> None:
        """Collect a process that has ended or is about to."""
        process.wait()
        with self._lock:
            if process in self._running:
                self._running.remove(process)
                self._tell(f"-{process.pid}")

    def end(self) -> None:
        """End every process: politely first, and after two seconds by force."""
        with self._lock:
            self._ended = True
            running = set(self._running)
        for process in running:
            process.terminate()
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_GRACE_SECONDS)
            process.kill()
            self.forget(process)
        self._pipe.close()
        self._keeper.wait()

    def _tell(self, message: str) -> None:
        with contextlib.suppress(OSError, ValueError):  # it is gone, or told to go
            self._pipe.write(f"{message}\n".encode())
