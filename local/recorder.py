"""Records which calls the functions make to AWS, for the test that holds their roles against them.

Never deployed, and nothing happens unless AWS_CALLS_FOLDER names a folder. Then every process
writes a file there, a JSON line for each different call:
`{"function": "Token", "service": "dynamodb", "operation": "GetItem", "resource": "CLIENTS_TABLE"}`.
The resource is the variable of the function's environment that holds its name.

A function's process runs this file instead of its runtime client, which it then becomes. So it
imports nothing of `local`, which is not on a function's path.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

VARIABLE: Final = "AWS_CALLS_FOLDER"


class Recorder:
    """Writes down the calls of one process, each but once."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made if it is not there."""
        folder.mkdir(parents=True, exist_ok=True)
        self._file = (folder / f"{os.getpid()}.jsonl").open("a", buffering=1, encoding="utf-8")
        self._seen: set[str] = set()

    def install(self) -> None:
        """From now on see every call of an AWS client."""
        from gatehouse.aws.client import AwsClient

        call, record = AwsClient.call, self._record

        def recorded(client: Any, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
            record(client._service, operation, request)
            return call(client, operation, request)

        AwsClient.call = recorded  # type: ignore[assignment, method-assign]

    def _record(self, service: str, operation: str, request: Mapping[str, Any]) -> None:
        function = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        if function is None:
            return  # the stack's or a test's own call
        # a batch names several tables
        names = request.get("RequestItems") or [request.get("TableName") or request.get("KeyId")]
        for name in names:
            variables = [n for n, value in os.environ.items() if value == name]
            line = json.dumps(
                {
                    "function": function,
                    "service": service,
                    "operation": operation,
                    "resource": variables[0] if len(variables) == 1 else str(name),
                }
            )
            if line not in self._seen:
                self._seen.add(line)
                self._file.write(f"{line}\n")


def runtime_client(python: list[str], handler: str) -> list[str]:
    """The command that a function's process runs, with a recorder if there is to be one."""
    folder = os.environ.get(VARIABLE)
    if folder:
        return [*python, __file__, folder, handler]
    return [*python, "-m", "awslambdaric", handler]


@contextmanager
def as_function(name: str) -> Iterator[None]:
    """What is called meanwhile is called by that function, in this process."""
    before = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
    os.environ["AWS_LAMBDA_FUNCTION_NAME"] = name
    try:
        yield
    finally:
        del os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        if before is not None:
            os.environ["AWS_LAMBDA_FUNCTION_NAME"] = before


def _main(folder: str, handler: str) -> None:
    sys.path[0] = str(Path.cwd())  # as `python -m awslambdaric` has it, not this file's folder
    from awslambdaric.__main__ import main

    Recorder(Path(folder)).install()
    main(["awslambdaric", handler])


if __name__ == "__main__":
    _main(*sys.argv[1:])
