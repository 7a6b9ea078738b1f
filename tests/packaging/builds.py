"""What `make` built, and its functions as Lambda runs them, with engines behind them."""

import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from local.account import CREDENTIALS
from local.children import Children
from local.declared import RUNTIME_CLIENT, Declared, Function
from local.engines import Engines
from local.function_log import FunctionLog
from local.runtime import LambdaFunction
from local.seed import create_tables
from local.template import Template
from tests.functions.streams import STREAMING
from tests.running_stack import ROOT

LAYER = Path("SharedLayer") / "python"
RUNTIME = Template(ROOT / "template.yaml").resolve({}, {}).functions[0].runtime


@dataclass(frozen=True)
class Build:
    """A build's folder, and what runs its functions."""

    name: str
    folder: Path
    runtime_client: Path
    python: str

    def declared(self, key_arns: Mapping[str, str]) -> Declared:
        """What the build's template declares, to be run as it has to be."""
        found = Template(self.folder / "template.yaml").resolve(STREAMING, key_arns)
        functions = (
            replace(each, runtime_client=self.runtime_client, python=self.python)
            for each in found.functions
        )
        return replace(found, functions=tuple(functions))


def runtime_python(**environment: str) -> str:
    """The interpreter of Lambda's runtime that `make` finds on this machine; "" for none."""
    finished = subprocess.run(
        ["make", "-s", "runtime-python"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return finished.stdout.strip()


_BUILDS = ROOT / ".aws-sam"
# For this machine's Python, by the makefile that builds for Lambda; and for Lambda.
LOCAL = Build("local", _BUILDS / "local", _BUILDS / "local" / RUNTIME_CLIENT, sys.executable)
DEPLOYED = Build("deployed", _BUILDS / "build", _BUILDS / RUNTIME_CLIENT, runtime_python())


def runnable() -> list[Build]:
    """The builds that this machine can run: what is deployed only with its own Python.

    Tests have a case for each of these, so that none seems to have run what was not there to run.
    """
    parameters = Template(ROOT / "template.yaml")._section("Parameters")
    architecture = os.environ.get("ARCHITECTURE", parameters["Architecture"]["Default"])
    machine = {"arm64": "aarch64"}.get(architecture, architecture)
    fits = (platform.system(), platform.machine()) == ("Linux", machine)
    return [LOCAL, DEPLOYED] if DEPLOYED.python and fits else [LOCAL]


class Lambda:
    """The functions of a build."""

    def __init__(self, declared: Declared, endpoints: Mapping[str, str], log: FunctionLog) -> None:
        self.declared = declared
        self.endpoints = endpoints
        self._log = log
        self._children = Children()

    def function(self, declared: Function) -> LambdaFunction:
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
    declared = build.declared(key_arns)
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
