"""What `make bench` compares with: it does answer after one signed GetItem."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from benchmarks.subjects import Subjects
from local.execution_environment import HandlerError
from local.recorder import VARIABLE
from tests.packaging.builds import Lambda
from tests.running_stack import ROOT

Ask = Callable[[str, str], Any]


@pytest.fixture
def ask(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """The status that a floor answers with after asking for an item of a table."""
    monkeypatch.delenv(VARIABLE, raising=False)  # they use no client that could be recorded

    def ask(name: str, table: str) -> Any:
        floors = Subjects(aws.declared, issuer="https://mcp.example.com", root=ROOT).floors(table)
        (floor,) = (each for each in floors if each.name == name)
        assert floor.target is None
        # from source, as this machine has boto3 and a build has not
        function = replace(floor.function, runtime_client=None, layers=())
        return aws.function(function).invoke(floor.event())["statusCode"]

    return ask


def test_the_floor_asks_dynamodb(ask: Ask) -> None:
    assert ask("floor", "GrantsTable") == 200
    assert ask("floor", "NoSuchTable") == 400


def test_the_floor_through_boto3_does_the_same(ask: Ask) -> None:
    assert ask("floor, with boto3", "GrantsTable") == 200
    with pytest.raises(HandlerError, match="ResourceNotFound"):
        ask("floor, with boto3", "NoSuchTable")
