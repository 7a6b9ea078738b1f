"""A stack that CloudFormation knows, with nothing in it yet, and its operator."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import boto3
import pytest

from cli.main import main
from local.account import CREDENTIALS, REGION
from local.engines import Engines
from tests.stores import PREFIX, Stores

KEYS: Mapping[str, tuple[str, ...]] = {
    "ClientsTable": ("client_id",),
    "UsersTable": ("id",),
    "GrantsTable": ("grant_id",),
    "KeysTable": ("purpose", "kid"),
}
ISSUER = "https://mcp.example.com"


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


class Operator:
    """Runs the command against the stack."""

    def __init__(self, stack: str, capsys: pytest.CaptureFixture[str]) -> None:
        self._where = ["--stack", stack]
        self._capsys = capsys

    def run(self, *arguments: str) -> Ended:
        self._capsys.readouterr()
        code = main([*arguments, *self._where])
        return Ended(code, *self._capsys.readouterr())

    def says(self, *arguments: str) -> str:
        """What is printed; nothing may go wrong."""
        ended = self.run(*arguments)
        assert (ended.code, ended.err) == (0, "")
        return ended.out

    def json(self, *arguments: str) -> Any:
        """The one document that is printed."""
        return json.loads(self.says(*arguments, "--json"))


@pytest.fixture(scope="session")
def template(key_arns: dict[str, str]) -> str:
    values = {name: f"{PREFIX}{name}" for name in KEYS}
    values |= {"Issuer": ISSUER, "McpUrl": f"{ISSUER}/mcp/mcp"}
    values |= {name.removesuffix(".Arn"): arn for name, arn in key_arns.items()}
    return json.dumps(
        {
            "Parameters": {"KeyRotationDays": {"Type": "Number", "Default": 90}},
            "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
            "Outputs": {name: {"Value": value} for name, value in values.items()},
        }
    )


@pytest.fixture
def stack(engines: Engines, stores: Stores, template: str, monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in {
        **CREDENTIALS,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": engines.kms.url,
        "AWS_ENDPOINT_URL_DYNAMODB": engines.dynamodb.url,
    }.items():
        monkeypatch.setenv(name, value)
    for table, names in KEYS.items():
        for item in stores.table(table).scan():
            stores.table(table).delete(**{name: item[name] for name in names})
    cloudformation = boto3.client("cloudformation")
    if "gatehouse" not in {s["StackName"] for s in cloudformation.list_stacks()["StackSummaries"]}:
        cloudformation.create_stack(StackName="gatehouse", TemplateBody=template)
    cloudformation.close()
    return "gatehouse"


@pytest.fixture
def operator(stack: str, capsys: pytest.CaptureFixture[str]) -> Operator:
    return Operator(stack, capsys)
