"""DynamoDB, KMS and the stores of secrets: dynoxide where npm has it, moto for what is left."""

import fcntl
import http.client
import os
import platform
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from local.account import ACCOUNT_ID
from local.children import Children
from local.errors import LocalError

_HOST: Final = "127.0.0.1"
_READY_SECONDS: Final = 20.0
_POLL_SECONDS: Final = 0.02
_LOCK_SECONDS: Final = 2.0  # a stack that was just killed still holds its lock for a moment
_START_ATTEMPTS: Final = 3
_NPM_CPU: Final = {"x86_64": "x64", "aarch64": "arm64"}


class Engine:
    """A child process that answers HTTP on a port."""

    def __init__(self, name: str, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
        self.name = name
        self.url = f"http://{_HOST}:{port}"
        self._port = port
        self._process = process
        self._log = log

    def wait_until_ready(self) -> None:
        """Return when it answers. Raises `LocalError`."""
        deadline = time.monotonic() + _READY_SECONDS
        while not self._answers():
            self.check()
            if time.monotonic() > deadline:
                raise LocalError(f"{self.name} does not answer after {_READY_SECONDS:.0f} s")
            time.sleep(_POLL_SECONDS)

    def check(self) -> None:
        """Raises `LocalError` if the process has ended."""
        if self._process.poll() is not None:
            raise LocalError(f"{self.name} has ended: {self._last_words()}")

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(_HOST, self._port, timeout=_READY_SECONDS)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "no reason given")


class Engines:
    """The services of one stack; `kms` answers for SSM and Secrets Manager too. For one thread."""

    def __init__(self, *, root: Path, state: Path, children: Children) -> None:
        """Start them; `root` is where node_modules is. Raises `LocalError`."""
        self._state = state
        self._children = children
        self.persistent = False
        self.kms = self._start_moto()
        self.dynamodb = self.kms
        binary = dynoxide_binary(root)
        if binary.is_file():
            self.persistent = True
            self.dynamodb = self._start_dynoxide(binary)

    def check(self) -> None:
        """Raises `LocalError` if one has ended."""
        self.dynamodb.check()
        self.kms.check()

    def _start_moto(self) -> Engine:
        # The socket is made here and handed down, so that nobody can take its port meanwhile
        with socket.create_server((_HOST, 0)) as listener:
            command = [sys.executable, "-m", "local.moto_server", str(listener.fileno())]
            environment = {**os.environ, "MOTO_ACCOUNT_ID": ACCOUNT_ID}
            port = listener.getsockname()[1]
            return self._start("moto", port, command, env=environment, pass_fds=[listener.fileno()])

    def _start_dynoxide(self, binary: Path) -> Engine:
        lock = _lock(self._state)
        database = self._state / "dynamodb.db"
        try:
            for _ in range(_START_ATTEMPTS):
                port = _free_port()
                command = [str(binary), "--host", _HOST, "--port", str(port)]
                command += ["--db-path", str(database)]
                # It inherits the lock: the database is locked for as long as it is open
                engine = self._start("dynoxide", port, command, pass_fds=[lock])
                try:
                    engine.wait_until_ready()
                    return engine
                except LocalError as error:
                    if "already in use" not in str(error):
                        raise
            raise LocalError("dynoxide finds no free port")
        finally:
            os.close(lock)

    def _start(
        self,
        name: str,
        port: int,
        command: list[str],
        *,
        pass_fds: list[int],
        env: dict[str, str] | None = None,
    ) -> Engine:
        log = self._state / f"{name}.log"
        root = Path(__file__).parents[1]
        try:
            with log.open("wb") as output:
                process = self._children.start(
                    command, cwd=root, stdout=output, stderr=output, pass_fds=pass_fds, env=env
                )
        except OSError as error:
            raise LocalError(f"{name} cannot be started: {error}") from None
        return Engine(name, port, process, log)


def dynoxide_binary(root: Path) -> Path:
    """Where npm installs dynoxide for this machine under `root`."""
    cpu = _NPM_CPU.get(platform.machine(), platform.machine())
    return root / "node_modules" / "@dynoxide" / f"{sys.platform}-{cpu}" / "dynoxide"


def _lock(state: Path) -> int:
    """Lock the state folder until every copy of this file descriptor is closed."""
    lock = os.open(state / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(lock)
                raise LocalError(f"another stack uses {state}") from None
            time.sleep(_POLL_SECONDS)


def _free_port() -> int:
    with socket.create_server((_HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
