"""What the functions write, in one file."""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path


class FunctionLog:
    """Appends whole lines. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        path.touch()
        self._path = path
        self._lock = threading.Lock()

    def write(self, line: bytes) -> None:
        """Append a line as the function wrote it."""
        with self._lock, self._path.open("ab") as file:
            file.write(line.rstrip(b"\r\n") + b"\n")

    def error(self, function: str, message: str) -> None:
        """Append what Lambda itself has to say about a function."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        record = {"level": "ERROR", "timestamp": at, "function_name": function, "message": message}
        self.write(json.dumps(record).encode())
