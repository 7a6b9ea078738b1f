"""Records which calls the functions make to AWS, for the test that holds their roles against them.

Never deployed, and nothing happens unless AWS_CALLS_FOLDER names a folder. Then every process
writes a file there, a JSON line for each different call:
`{"function": "Authorize", "service": "dynamodb", "operation": "PutItem", "resource": "USERS_TABLE",
"key": "session#"}`. The resource is the variable of the function's environment that holds its name,
and an index of a table is named beside it; a secret goes by its own name. Of an item's partition
key only the kind is written, up to `#`: the rest may be secret. Of what KMS seals and opens, the
purpose is, where the encryption context names one.

A function's process runs this file instead of its runtime client, which it then becomes. So it
imports nothing of `local`, which is not on a function's path.
"""

import json
import os
import re
import runpy
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

VARIABLE: Final = "AWS_CALLS_FOLDER"

_NAMED_BY: Final = ("TableName", "KeyId", "FunctionName", "SecretId", "Name")
_KIND: Final = re.compile("[a-z_-]+#|https://")
_EQUALITY: Final = re.compile(r"(\w+) = (:\w+)")


class Recorder:
    """Writes down the calls of one process, each but once."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made if it is not there."""
        folder.mkdir(parents=True, exist_ok=True)
        self._file = (folder / f"{os.getpid()}.jsonl").open("a", buffering=1, encoding="utf-8")
        self._seen: set[str] = set()
        self._partition_keys: dict[str, str] = {}

    def install(self) -> None:
        """From now on see every call of an AWS client."""
        from gatehouse.aws.client import AwsClient

        call, record = AwsClient.call, self._record

        def recorded(client: Any, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
            # what is sent to invoke a function is its event: its name is in the path
            invoked = getattr(client, "function", None)
            named = {"FunctionName": invoked} if invoked else request
            record(client._service, operation, named, partial(call, client))
            return call(client, operation, request)

        AwsClient.call = recorded  # type: ignore[assignment, method-assign]

    def _record(
        self, service: str, operation: str, request: Mapping[str, Any], call: Callable[..., Any]
    ) -> None:
        function = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        if function is None:
            return  # the stack's or a test's own call
        # a batch names several tables
        for table, keys in request.get("RequestItems", {}).items():
            for key in keys["Keys"]:
                self._write(function, service, operation, {"TableName": table, "Key": key}, call)
        if "RequestItems" not in request:
            self._write(function, service, operation, request, call)

    def _write(
        self,
        function: str,
        service: str,
        operation: str,
        request: Mapping[str, Any],
        call: Callable[..., Any],
    ) -> None:
        name = next(request[n] for n in _NAMED_BY if n in request)
        variables = [n for n, value in os.environ.items() if value == name]
        told = {
            "function": function,
            "service": service,
            "operation": operation,
            "resource": variables[0] if len(variables) == 1 else str(name),
        }
        if "IndexName" in request:
            told["index"] = request["IndexName"]
        if "TableName" in request:
            told["key"] = _kind(request, self._partition_key(request["TableName"], call))
        elif "purpose" in request.get("EncryptionContext", {}):
            told["key"] = request["EncryptionContext"]["purpose"]
        line = json.dumps(told)
        if line not in self._seen:
            self._seen.add(line)
            self._file.write(f"{line}\n")

    def _partition_key(self, table: str, call: Callable[..., Any]) -> str:
        """The name of a table's partition key, which DynamoDB itself knows."""
        from gatehouse.aws.client import AwsError
        from gatehouse.errors import Unavailable

        if table not in self._partition_keys:
            try:
                schema = call("DescribeTable", {"TableName": table})["Table"]["KeySchema"]
            except (AwsError, Unavailable):
                return ""  # the call that is recorded will fail as well
            (hash_key,) = (each for each in schema if each["KeyType"] == "HASH")
            self._partition_keys[table] = hash_key["AttributeName"]
        return self._partition_keys[table]


def _kind(request: Mapping[str, Any], partition_key: str) -> str:
    """What kind of item a request is for: its partition key up to `#`, or a URL's scheme, or ""."""
    item = request.get("Key") or request.get("Item") or {}
    values = request.get("ExpressionAttributeValues", {})
    for name, value in _EQUALITY.findall(request.get("KeyConditionExpression", "")):
        item = {**item, name: values[value]}
    kind = _KIND.match(item.get(partition_key, {}).get("S", ""))
    return kind[0] if kind else ""


def runtime_client(python: list[str], handler: str) -> list[str]:
    """The command that a function's process runs, with a recorder if there is to be one."""
    folder = os.environ.get(VARIABLE)
    if folder:
        return [*python, __file__, folder, "-m", "awslambdaric", handler]
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


def _main(folder: str, _: str, module: str, *arguments: str) -> None:
    sys.path[0] = str(Path.cwd())  # as `python -m` has it, not this file's folder
    sys.argv = [module, *arguments]
    Recorder(Path(folder)).install()
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _main(*sys.argv[1:])
