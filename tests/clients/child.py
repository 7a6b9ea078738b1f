"""A client that is a process of its own, and talks by lines."""

import queue
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from tests.clients.sign_in import PATIENCE_SECONDS


class Child:
    """A running process whose lines, errors included, are waited for with a time limit."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._said: list[str] = []
        self._reader = Thread(target=self._read)
        self._reader.start()

    def wait_for(self, start: str) -> str:
        """The next line that starts like this."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (line := self._next(deadline)) is not None:
            if line.startswith(start):
                return line
        raise AssertionError(f"there is no line {start}…:\n{self._text}")

    def tell(self, line: str) -> None:
        """Write a line to its standard input."""
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def finish(self) -> str:
        """Everything it has said, once it has ended well."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._next(deadline) is not None:
            pass
        assert self._process.wait(PATIENCE_SECONDS) == 0, self._text
        return self._text

    def end(self) -> None:
        """End it, wherever it is."""
        self._process.kill()
        self._reader.join()

    @property
    def _text(self) -> str:
        return "\n".join(self._said)

    def _next(self, deadline: float) -> str | None:
        try:
            line = self._lines.get(timeout=max(0, deadline - time.monotonic()))
        except queue.Empty:
            raise AssertionError(f"it does not go on:\n{self._text}") from None
        if line is not None:
            self._said.append(line)
        return line

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)


@contextmanager
def child(command: Sequence[str | Path]) -> Iterator[Child]:
    """Run a command, and end it whatever happens."""
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        running = Child(process)
        try:
            yield running
        finally:
            running.end()
