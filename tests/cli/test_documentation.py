"""What docs/command.md shows is what the command does, and what it names is all that there is."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import time_machine

from cli import log_lines
from cli.main import main, new_parser
from gatehouse.aws.client import AwsClient
from tests.cli.conftest import Operator
from tests.cli.documented import AT, PAGE, allow, fill, log, samples, without_ids
from tests.cli.kept import DAY
from tests.cli.terminals import piped
from tests.cli.test_where import leaves
from tests.stores import PREFIX, Stores

ACTIONS = re.compile(r"^\| ((?:`[a-z -]+`(?:, )?)+) \| (.*) \|$", re.MULTILINE)


@pytest.fixture
def clock(operator: Operator) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(AT, tick=False) as clock:
        yield clock


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """What AWS is asked from now on: the table or index, and the action."""
    seen: set[str] = set()
    call = AwsClient.call

    def heard(self: AwsClient, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        tables = [request["TableName"]] if "TableName" in request else request.get("RequestItems")
        index = f"/{request['IndexName']}" if "IndexName" in request else ""
        for table in tables or ["kms"]:
            seen.add(f"{table.removeprefix(PREFIX)}{index}: {operation}")
        return call(self, operation, request)

    monkeypatch.setattr(AwsClient, "call", heard)
    return seen


def permitted() -> dict[str, set[str]]:
    """The actions that the page names for each command."""
    rows: dict[str, set[str]] = defaultdict(set)
    for commands, listed in ACTIONS.findall(
        PAGE.read_text().partition("## What it needs in AWS")[2]
    ):
        for command in re.findall(r"`([^`]+)`", commands):
            for place in listed.split("; "):
                where, _, actions = place.partition(": ")
                rows[command] |= {f"{where}: {action}" for action in actions.split(", ")}
    return rows


def test_every_sample_is_what_is_printed_and_needs_what_is_named(
    *,
    operator: Operator,
    stores: Stores,
    clock: time_machine.Traveller,
    asked: set[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(log_lines, "_STATE", tmp_path)
    (tmp_path / "3000").mkdir()
    (tmp_path / "3000" / "functions.log").write_text(log())
    clock.shift(-2 * DAY)
    operator.says("init", "--email", "bob@example.com", "--invite", "--no-doctor")
    clock.shift(2 * DAY)
    fill(stores)

    for sample in samples():
        if sample.arguments[0] == "init":
            continue  # of the local stack, and tried there
        piped(monkeypatch, "correct horse\n")
        asked.clear()

        assert main(sample.arguments) == 0

        printed = capsys.readouterr()
        assert printed.err == ""
        assert without_ids(printed.out) == without_ids(sample.printed), sample.command
        verb = " ".join(sample.arguments[:2])
        assert asked <= permitted()[verb], verb
        if verb == "users add":
            allow(stores)


def test_init_needs_what_is_named(
    operator: Operator, asked: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    piped(monkeypatch, "correct horse\n")

    operator.says("init", "--no-doctor", "--email", "ada@example.com")
    operator.says("init", "--no-doctor")

    assert asked <= permitted()["init"]


def test_no_action_is_named_that_does_not_exist() -> None:
    known = {"Scan", "Query", "GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem"}
    named = {each.partition(": ")[2] for row in permitted().values() for each in row}

    assert named == known | {"Encrypt"}


@pytest.mark.parametrize("command", list(leaves(new_parser())), ids=" ".join)
def test_every_subcommand_has_its_place(command: tuple[str, ...]) -> None:
    words = f"gatehouse {' '.join(command)}"

    assert words in PAGE.read_text()
