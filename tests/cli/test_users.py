"""`gatehouse users`, against a stack that CloudFormation knows."""

import io

import pytest

from cli.main import main
from gatehouse.signin.people import find_person
from tests.stores import Stores


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_person_who_is_added_can_sign_in(
    stack: str,
    stores: Stores,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    typed(monkeypatch, "a password\n")

    assert main(["users", "add", "Grace@Example.com", "--stack", stack]) == 0

    assert capsys.readouterr().out == "grace@example.com can sign in now.\n"
    assert find_person("grace@example.com", "a password", people=stores.people())
    typed(monkeypatch, "a password\n")
    assert main(["users", "add", "grace@example.com", "--stack", stack]) == 1
    assert "in the directory already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        ("nobody", "a password", "not an email address"),
        ("@example.com", "a password", "not an email address"),
        ("ada@example.com", "short", "8 to 1024 characters"),
    ],
)
def test_what_is_no_person_is_not_added(
    stack: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    email: str,
    password: str,
    said: str,
) -> None:
    typed(monkeypatch, f"{password}\n")

    assert main(["users", "add", email, "--stack", stack]) == 1

    assert said in capsys.readouterr().err


def test_a_stack_that_does_not_exist_is_named(
    stack: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "a password\n")

    assert main(["users", "add", "ada@example.com", "--stack", "elsewhere"]) == 1

    assert "cannot read the stack elsewhere" in capsys.readouterr().err
