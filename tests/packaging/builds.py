"""What `make` built, and its functions as Lambda runs them, with engines behind them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.account import CREDENTIALS
from local.children import Children
from local.declared import Declared, Function
from local.engines import Engines
from local.function_log import FunctionLog
from local.gateway import Invocable
from local.runtime import LambdaFunction
from local.seed import create_tables
from local.template import Template
from tests.running_stack import ROOT

LAYER = Path("SharedLayer") / "python"


@dataclass(frozen=True)
class Build:
    """A build's folder."""

    name: str
    folder: Path


# For this machine's Python, by the makefile that builds for Lambda; and for Lambda.
LOCAL = Build("local", ROOT / ".aws-sam" / "local")
DEPLOYED = Build("deployed", ROOT / ".aws-sam" / "build")


class Lambda:
    """The functions of a build."""

    def __init__(self, declared: Declared, endpoints: Mapping[str, str], log: FunctionLog) -> None:
        self.declared = declared
        self.endpoints = endpoints
        self._log = log
        self._children = Children()

    def function(self, declared: Function) -> Invocable:
        return LambdaFunction(
            declared, endpoints=self.endpoints, children=self._children, log=self._log
        )

    def end(self) -> None:
        self._children.end()


@contextmanager
def running(
    build: Build, engines: Engines, key_arns: Mapping[str, str], folder: Path
) -> Iterator[Lambda]:
    """A build's functions, with tables and keys; they log to a file in `folder`."""
    declared = Template(build.folder / "template.yaml").resolve({}, key_arns)
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in CREDENTIALS.items():
            monkeypatch.setenv(name, value)
        create_tables(declared.tables, endpoint=engines.dynamodb.url)
    endpoints = {
        "AWS_ENDPOINT_URL_DYNAMODB": engines.dynamodb.url,
        "AWS_ENDPOINT_URL_KMS": engines.kms.url,
    }
    aws = Lambda(declared, endpoints, FunctionLog(folder / "functions.log"))
    try:
        yield aws
    finally:
        aws.end()
