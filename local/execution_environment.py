"""Lambda's execution environment: one process of a function under its runtime client."""

import contextlib
import json
import queue
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

from local.children import Children
from local.declared import Function
from local.function_log import FunctionLog
from local.recorder import runtime_client
from local.runtime_api import Report, RuntimeApi

_RUNTIME_PROGRAM: Final = "/var/runtime/bootstrap.py"
_INIT_SECONDS: Final = 10.0  # Lambda's limit on a cold start, beside the function's timeout
# Lambda's limit on an answer: 6 MB and a little for what is around it
_LARGEST_ANSWER: Final = 6_291_556


class FunctionError(Exception):
    """The function gave no result; the message is Lambda's."""


class RequestTooLarge(FunctionError):
    """Lambda does not hand over an event of this size."""


class HandlerError(FunctionError):
    """The handler raised; its process goes on."""


class FunctionTimeout(FunctionError):
    """The function took longer than it may."""


class ExecutionEnvironment:
    """Handles one event at a time. Not for use by several threads."""

    def __init__(
        self,
        function: Function,
        *,
        variables: Mapping[str, str],
        children: Children,
        log: FunctionLog,
    ) -> None:
        """Start the process; `variables` are its whole environment."""
        self._function = function
        self._children = children
        self._log = log
        self._api = RuntimeApi(function.name)
        try:
            self._process = children.start(
                command(function),
                cwd=function.code,
                env={**variables, "AWS_LAMBDA_RUNTIME_API": self._api.address},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            _limit_memory(self._process.pid, function.memory)
        except BaseException:
            self._api.close()
            raise
        threading.Thread(target=self._follow, daemon=True).start()

    @property
    def alive(self) -> bool:
        """Whether it can take another event."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """Its process, for whoever measures it."""
        return self._process.pid

    def wait_until_ready(self) -> None:
        """Return when the function is loaded. Raises `FunctionError`."""
        report = self._next_report(("ready",), time.monotonic() + _INIT_SECONDS)
        if report is None:
            raise FunctionTimeout(f"Init timed out after {_INIT_SECONDS:.2f} seconds")

    def handle(self, event: bytes) -> Any:
        """The function's result for an event in JSON. Raises `FunctionError` and what is one."""
        timeout = self._function.timeout
        self._api.send(event, timeout=timeout)
        report = self._next_report(("result",), time.monotonic() + timeout)
        if report is None:
            raise FunctionTimeout(f"Task timed out after {timeout:.2f} seconds")
        if len(report.content) > _LARGEST_ANSWER:
            raise HandlerError("Response payload size exceeded maximum allowed payload size")
        return json.loads(report.content)

    def stream(self, event: bytes) -> Iterator[bytes]:
        """The chunks of the function's streamed result, as they come.

        Raises `FunctionError` and what is one, in the midst of it even.
        """
        timeout = self._function.timeout
        self._api.send(event, timeout=timeout)
        deadline = time.monotonic() + timeout
        while report := self._next_report(("chunk", "end"), deadline):
            if report.kind == "end":
                return
            yield report.content
        raise FunctionTimeout(f"Task timed out after {timeout:.2f} seconds")

    def end(self) -> None:
        """End the process at once."""
        self._process.kill()

    def _next_report(self, wanted: tuple[str, ...], deadline: float) -> Report | None:
        """The next report of a wanted kind; None when it is too late."""
        while True:
            try:
                report = self._api.reports.get(timeout=max(deadline - time.monotonic(), 0))
            except queue.Empty:
                return None
            if report.kind in wanted:
                return report
            if report.kind == "error":
                raise HandlerError(_described(report.content))
            if report.kind == "init error":
                raise FunctionError(_described(report.content))
            if report.kind == "exit":
                raise FunctionError(f"Runtime exited with status {self._process.returncode}")

    def _follow(self) -> None:
        """Copy what the process writes, until it ends."""
        with self._process as process:
            for line in process.stdout or ():
                self._log.write(line)
        self._children.forget(self._process)
        self._api.reports.put(Report("exit"))
        self._api.close()


def command(function: Function) -> list[str]:
    """The command that runs the function: its runtime client, or its wrapper around that."""
    client = runtime_client(interpreter(function), function.handler)
    if function.wrapper is None:
        return client
    # as on AWS, where the last word is the runtime's own program
    return [str(function.wrapper), *client[: client.index("-m")], _RUNTIME_PROGRAM]


def interpreter(function: Function) -> list[str]:
    """The command that runs Python as the function has it."""
    # -S leaves out this machine's site-packages
    return [function.python, "-S"] if function.runtime_client else [function.python]


def _limit_memory(pid: int, megabytes: int) -> None:
    # What the process may write to, which is nearer to Lambda's limit than its address space: code
    # that is mapped and memory that is only set aside do not count. Linux alone can do it
    if sys.platform == "linux":
        limit = megabytes * 1024 * 1024
        with contextlib.suppress(ProcessLookupError):  # it has ended, which will be reported
            resource.prlimit(pid, resource.RLIMIT_DATA, (limit, limit))


def _described(content: bytes) -> str:
    try:
        error = json.loads(content)
        return f"{error['errorType']}: {error['errorMessage']}"
    except (ValueError, KeyError, TypeError):
        return "the runtime client reported an error that is not JSON"
