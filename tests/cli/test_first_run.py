"""`gatehouse init`: what a stack needs once after it was deployed."""

import time

import pytest

from cli.doctor.report.outcome import Outcome
from cli.examination import NoAnswer
from gatehouse.signin.people import find_person
from tests.cli.conftest import ISSUER, Operator
from tests.cli.kept import person
from tests.cli.terminals import piped, typed
from tests.stores import Stores

NOW = int(time.time())
INIT = ["init", "--no-doctor"]


def test_it_makes_the_first_person_and_the_signing_key(
    operator: Operator, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped(monkeypatch, "correct horse\n")

    said = operator.says(*INIT, "--email", "Ada@example.com")

    assert "ada@example.com can sign in now" in said
    assert find_person("ada@example.com", "correct horse", people=stores.people())
    assert "Signing key  made" in said
    assert len(stores.keys().all()) == 2
    assert f"claude mcp add --transport http gatehouse {ISSUER}/mcp/mcp" in said


def test_again_it_changes_nothing(
    operator: Operator, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped(monkeypatch, "correct horse\nanother horse\n")
    operator.says(*INIT, "--email", "ada@example.com")
    before = stores.people().find("ada@example.com"), stores.keys().all()

    named = operator.says(*INIT, "--email", "ada@example.com")
    unnamed = operator.json(*INIT)

    assert "is in the directory already" in named
    assert "Signing key  there is one" in named
    assert unnamed == {"user": None, "made_keys": [], "mcp_url": f"{ISSUER}/mcp/mcp"}
    assert (stores.people().find("ada@example.com"), stores.keys().all()) == before


def test_a_key_that_was_there_is_told_from_one_that_is_made(
    operator: Operator, stores: Stores
) -> None:
    person(stores, "ada@example.com", now=NOW)
    assert "Signing key  made, and the next one\n" in operator.says(*INIT)
    stores.keys().remove(max(stores.keys().all(), key=lambda key: key.signs_from))

    assert "Signing key  there is one; the next one is made\n" in operator.says(*INIT)


def test_the_first_person_may_be_invited(operator: Operator) -> None:
    made = operator.json(*INIT, "--email", "ada@example.com", "--invite")

    assert made["invitation"]["url"].startswith(f"{ISSUER}/account/invitation?")
    assert len(made["made_keys"]) == 2
    assert "can sign in" not in operator.says(*INIT, "--email", "bob@example.com", "--invite")


def test_whoever_sits_at_a_terminal_is_asked_for_their_address(
    operator: Operator, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "Ada@example.com\n")
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: "correct horse")

    assert operator.run(*INIT).code == 0

    assert find_person("ada@example.com", "correct horse", people=stores.people())


def test_a_script_has_to_name_the_first_person(
    operator: Operator, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped(monkeypatch, "correct horse\n")

    ended = operator.run(*INIT)

    assert ended.code == 2
    assert "--email" in ended.err
    assert stores.keys().all() == []


def test_a_deployment_that_does_not_answer_is_a_failure_and_all_else_is_done(
    operator: Operator, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(url: str) -> Outcome:
        raise NoAnswer(f"{url} does not answer")

    person(stores, "ada@example.com", now=NOW)
    monkeypatch.setattr("cli.examination.examined", silent)

    ended = operator.run("init")

    assert ended.code == 1
    assert f"Doctor       {ISSUER}/mcp/mcp does not answer" in ended.out
    assert "claude mcp add" in ended.out
    assert len(stores.keys().all()) == 2
