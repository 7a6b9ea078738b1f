"""Lambda: invokes functions, each in execution environments of its own."""

import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from local.account import CREDENTIALS, REGION
from local.children import Children
from local.declared import Function
from local.execution_environment import (
    ExecutionEnvironment,
    FunctionError,
    HandlerError,
    RequestTooLarge,
)
from local.function_log import FunctionLog

# More events than these wait. On AWS the account's concurrency is the limit.
_MAX_ENVIRONMENTS: Final = 10
# Each open stream holds one of them, and each message to it needs another
_MAX_STREAMING_ENVIRONMENTS: Final = 40
# Lambda's limit on what a function is handed: 6 MB, all of the event counted
_LARGEST_EVENT: Final = 6_291_456
# What a process needs of its parent's environment; the rest would hide what the template forgot.
_INHERITED: Final = ("PATH", "HOME", "TMPDIR")


class LambdaFunction:
    """One function. Safe to use from several threads."""

    def __init__(
        self,
        function: Function,
        *,
        endpoints: Mapping[str, str],
        children: Children,
        log: FunctionLog,
    ) -> None:
        """`endpoints` are the variables that lead to the engines."""
        self._function = function
        self._variables = {**lambda_variables(function), **endpoints}
        self._children = children
        self._log = log
        self._idle: list[ExecutionEnvironment] = []
        self._free = threading.Semaphore(
            _MAX_STREAMING_ENVIRONMENTS if function.streams else _MAX_ENVIRONMENTS
        )

    def invoke(self, event: Any) -> Any:
        """The function's result, from a warm environment or else from a new one.

        `event` and result are what JSON can hold. Raises `FunctionError` and what is one.
        """
        with self._environment(event) as (environment, content):
            return environment.handle(content)

    def stream(self, event: Any) -> Iterator[bytes]:
        """The chunks of a streamed result, as they come. Raises the same, in its midst even."""
        with self._environment(event) as (environment, content):
            yield from environment.stream(content)

    @contextmanager
    def _environment(self, event: Any) -> Iterator[tuple[ExecutionEnvironment, bytes]]:
        content = json.dumps(event, ensure_ascii=False).encode()
        with self._free:
            try:
                if len(content) > _LARGEST_EVENT:
                    raise RequestTooLarge(f"Request must be smaller than {_LARGEST_EVENT} bytes")
                environment = self._warm() or self._cold()
                with self._kept(environment):
                    yield environment, content
            except FunctionError as error:
                self._log.error(self._function.name, str(error))
                raise

    @contextmanager
    def _kept(self, environment: ExecutionEnvironment) -> Iterator[None]:
        """Keep the environment for the next event unless it is of no use any more."""
        try:
            yield
        except HandlerError:
            self._idle.append(environment)  # the process is as good as before
            raise
        except BaseException:
            environment.end()
            raise
        self._idle.append(environment)

    def _warm(self) -> ExecutionEnvironment | None:
        while True:
            try:
                environment = self._idle.pop()
            except IndexError:
                return None
            if environment.alive:
                return environment

    def _cold(self) -> ExecutionEnvironment:
        environment = ExecutionEnvironment(
            self._function, variables=self._variables, children=self._children, log=self._log
        )
        try:
            environment.wait_until_ready()
        except BaseException:
            environment.end()
            raise
        return environment


def lambda_variables(function: Function) -> dict[str, str]:
    """The environment that Lambda gives a function, the template's own variables included.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    # In Lambda's order: the folder (which is the working directory), the layers, the runtime
    path, built = list(function.module_folders), {}
    if function.runtime_client:
        path.append(function.runtime_client)
        built = {"PYTHONDONTWRITEBYTECODE": "1"}  # /var/task and /opt are read-only
    return {
        **inherited,
        **CREDENTIALS,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        "LAMBDA_TASK_ROOT": str(function.code),
        "LANG": "en_US.UTF-8",
        "PYTHONPATH": os.pathsep.join(map(str, path)),
        **built,
        "TZ": ":UTC",
        "_HANDLER": function.handler,
        **function.environment,
    }
