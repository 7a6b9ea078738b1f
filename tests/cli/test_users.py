"""`gatehouse users`, against a stack that CloudFormation knows."""

import time

import pytest

from gatehouse.signin.people import find_person
from gatehouse.signin.sessions import find_session
from tests.cli.conftest import Operator
from tests.cli.kept import client, grant, holds, person, signed_in
from tests.cli.terminals import piped, typed
from tests.stores import Stores

NOW = int(time.time())


def test_a_person_who_is_added_can_sign_in(
    operator: Operator, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped(monkeypatch, "correct horse\n")

    said = operator.says("users", "add", "Grace@Example.com")

    assert said == "grace@example.com can sign in now.\n"
    assert find_person("grace@example.com", "correct horse", people=stores.people())
    piped(monkeypatch, "correct horse\n")
    again = operator.run("users", "add", "grace@example.com")
    assert again.code == 1
    assert "in the directory already" in again.err


def test_at_a_terminal_a_password_is_typed_twice(
    operator: Operator, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "")
    answers = iter(["correct horse", "corect horse", "correct horse", "correct horse"])
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: next(answers))

    differs = operator.run("users", "add", "grace@example.com")
    assert differs.code == 1
    assert "the two passwords differ" in differs.err
    assert stores.people().find("grace@example.com") is None

    assert operator.run("users", "add", "grace@example.com").code == 0


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        ("nobody", "correct horse", "not an email address"),
        ("@example.com", "correct horse", "not an email address"),
        ("ada@example.com", "short", "8 to 1024 characters"),
    ],
)
def test_what_is_no_person_is_not_added(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, *, email: str, password: str, said: str
) -> None:
    piped(monkeypatch, f"{password}\n")

    ended = operator.run("users", "add", email)

    assert ended.code == 1
    assert said in ended.err


def test_everybody_is_listed_by_address(operator: Operator, stores: Stores) -> None:
    ada, _ = (person(stores, each, now=NOW) for each in ("ada@example.com", "bob@example.com"))
    operator.says("users", "disable", "bob@example.com", "--yes")

    rows = operator.says("users", "list").splitlines()
    assert rows[0].split() == ["PERSON", "SINCE", "STATE", "PASSWORD"]
    assert [row.split()[0::2] for row in rows[1:]] == [
        ["ada@example.com", "active"],
        ["bob@example.com", "disabled"],
    ]
    first, second = operator.json("users", "list")
    assert first == {
        "email": "ada@example.com",
        "subject": ada.subject,
        "created_at": NOW,
        "disabled_at": None,
        "has_password": True,
    }
    assert isinstance(second["disabled_at"], int)


def test_an_empty_directory_says_so(operator: Operator) -> None:
    assert operator.says("users", "list") == "Nobody is in the directory yet.\n"
    assert operator.json("users", "list") == []


def test_whoever_is_disabled_is_out_at_once_until_they_are_enabled(
    operator: Operator, stores: Stores
) -> None:
    ada, bob = (person(stores, each, now=NOW) for each in ("ada@example.com", "bob@example.com"))
    app = client(stores, "app", "App", now=NOW).client_id
    cookie = signed_in(ada, people=stores.people(), now=NOW)
    for each in (grant(stores, "hers", ada, app, now=NOW), grant(stores, "his", bob, app, now=NOW)):
        assert holds(stores, each.grant_id, now=NOW)
    grant(stores, "unredeemed", ada, app, now=NOW, redeemed=False)

    said = operator.json("users", "disable", "Ada@example.com", "--yes")

    assert said["ended_grants"] == 2
    assert not find_session(cookie, people=stores.people(), now=NOW)
    assert [holds(stores, each, now=NOW) for each in ("hers", "unredeemed", "his")] == [
        False,
        False,
        True,
    ]
    assert stores.consents().get(ada.subject, app) is None
    assert operator.json("users", "enable", "ada@example.com")["disabled_at"] is None
    assert not find_session(cookie, people=stores.people(), now=NOW)


def test_of_whoever_is_removed_nothing_is_left(operator: Operator, stores: Stores) -> None:
    ada = person(stores, "ada@example.com", now=NOW)
    signed_in(ada, people=stores.people(), now=NOW)
    grant(stores, "hers", ada, client(stores, "app", "App", now=NOW).client_id, now=NOW)

    said = operator.says("users", "remove", "ada@example.com", "--yes")

    assert said == "ada@example.com is gone; 1 grant ended.\n"
    assert not holds(stores, "hers", now=NOW)
    assert list(stores.table("UsersTable").scan()) == []


@pytest.mark.parametrize("verb", ["disable", "enable", "remove", "reset"])
def test_a_person_who_is_not_there_is_not_found(operator: Operator, verb: str) -> None:
    sure = ["--yes"] if verb in ("disable", "remove") else []

    ended = operator.run("users", verb, "nobody@example.com", *sure)

    assert ended.code == 3
    assert "nobody in the directory has the address nobody@example.com" in ended.err
