"""Which stack a command means, and how it ends where there is none."""

import argparse
from collections.abc import Iterator

import boto3
import pytest

from cli.arguments import STACK_VARIABLE
from cli.main import main, new_parser
from tests.cli.conftest import Operator


def leaves(parser: argparse.ArgumentParser, *words: str) -> Iterator[tuple[str, ...]]:
    """Every command that can be run."""
    below = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]
    if not below:
        yield words
    for name, child in (below[0].choices if below else {}).items():
        yield from leaves(child, *words, name)


@pytest.fixture(autouse=True)
def no_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(STACK_VARIABLE, raising=False)


@pytest.mark.parametrize("command", list(leaves(new_parser())), ids=" ".join)
def test_every_subcommand_takes_a_stack_and_the_local_one(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])

    assert ended.value.code == 0
    said = capsys.readouterr().out
    if command != ("completion",):
        assert "--stack NAME" in said
        assert "--local [PORT]" in said
        assert "--json" in said


def test_the_stack_may_stand_in_the_environment(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(STACK_VARIABLE, "gatehouse")

    assert main(["users", "list"]) == 0
    assert main(["users", "list", "--stack", "elsewhere"]) == 1
    assert "cannot read the stack elsewhere" in capsys.readouterr().err
    # what is said counts more than what is set
    assert main(["users", "list", "--local", "1"]) == 1
    assert "no stack has run on port 1: PORT=1 make local starts one" in capsys.readouterr().err


@pytest.mark.parametrize(
    "where", [[], ["--stack", "x", "--local"], ["--local", "0"], ["--local", "65536"]]
)
def test_no_stack_or_two_are_a_mistake(
    where: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["users", "list", *where])

    assert ended.value.code == 2


def test_the_doctor_wants_a_url_or_a_stack(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 2

    assert "name a URL, or a stack" in capsys.readouterr().err


def test_local_does_not_take_the_next_word_for_its_port(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["users", "invite", "--local", "ada@example.com"])

    assert "write --local last, or as --local=3000" in capsys.readouterr().err


def test_a_stack_of_something_else_is_told_apart(
    operator: Operator, capsys: pytest.CaptureFixture[str]
) -> None:
    cloudformation = boto3.client("cloudformation")
    body = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'
    cloudformation.create_stack(StackName="another", TemplateBody=body)
    try:
        assert main(["users", "list", "--stack", "another"]) == 1
        said = capsys.readouterr().err
        assert "the stack another has no output UsersTable: is it Gatehouse" in said
        assert main(["keys", "rotate", "--yes", "--stack", "another"]) == 1
    finally:
        cloudformation.delete_stack(StackName="another")
        cloudformation.close()


def test_a_profile_that_is_not_there_is_a_sentence(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")

    ended = operator.run("users", "list")

    assert ended.code == 1
    assert "no-such-profile" in ended.err


def test_ctrl_c_is_no_traceback(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cli.users.listing.list_people", lambda **_: interrupted(None))

    assert operator.run("users", "list").code == 130
