"""Ends the stack's child processes when the stack is gone, however it went.

A process of its own, run without site-packages: it reads `+PID` and `-PID` lines, and when the
pipe closes it kills whoever is left. Portable, unlike the kernel's parent-death signal, which also
fires when the thread that started the child ends.
"""

import contextlib
import os
import signal
import sys


def main() -> None:
    """Read the pipe until it closes."""
    children: set[int] = set()
    for line in sys.stdin:
        if line[0] == "+":
            children.add(int(line[1:]))
        else:
            children.discard(int(line[1:]))
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    main()
