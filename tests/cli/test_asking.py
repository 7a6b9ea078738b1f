"""Confirmation: what cannot be undone is asked about, and scripts say so themselves."""

import time

import pytest

from tests.cli.conftest import Operator
from tests.cli.kept import client, grant, holds, person
from tests.cli.terminals import piped, typed
from tests.stores import Stores

NOW = int(time.time())
# what is asked, and what has to be typed
ASKED = {
    ("users", "disable", "ada@example.com"): ("signs ada@example.com out everywhere", "yes"),
    ("users", "forget-passkeys", "ada@example.com"): ("every passkey of ada@example.com", "yes"),
    ("users", "remove", "ada@example.com"): ("removes ada@example.com", "ada@example.com"),
    ("clients", "revoke", "app"): ("ends App (app) for everybody", "yes"),
    ("grants", "revoke", "hers"): ("ends what ada@example.com allowed app", "yes"),
    ("grants", "revoke", "--user", "ada@example.com"): ("all that ada@example.com allowed", "yes"),
    ("grants", "revoke", "--client", "app"): ("all that anybody allowed app", "yes"),
    ("keys", "rotate"): ("The next key signs from now on", "yes"),
    ("keys", "rotate", "--retire"): ("out of use at once", "yes"),
}


@pytest.fixture(autouse=True)
def in_use(operator: Operator, stores: Stores) -> None:
    ada = person(stores, "ada@example.com", now=NOW)
    grant(stores, "hers", ada, client(stores, "app", "App", now=NOW).client_id, now=NOW)
    operator.says("init", "--email", "ada@example.com", "--no-doctor")


def everything(stores: Stores) -> list[object]:
    """All that could have been changed."""
    return [
        stores.people().find("ada@example.com"),
        stores.clients().get("app"),
        stores.grants().get("hers"),
        stores.keys().all(),
    ]


@pytest.mark.parametrize("command", ASKED, ids=" ".join)
def test_where_nobody_can_be_asked_nothing_is_done(
    operator: Operator,
    stores: Stores,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
) -> None:
    before = everything(stores)
    piped(monkeypatch, "yes\n")

    ended = operator.run(*command)

    assert ended.code == 2
    assert ASKED[command][0] in ended.err
    assert "say --yes if it is meant" in ended.err
    assert everything(stores) == before


@pytest.mark.parametrize("command", ASKED, ids=" ".join)
def test_another_answer_changes_nothing(
    operator: Operator,
    stores: Stores,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
) -> None:
    before = everything(stores)
    question, answer = ASKED[command]
    for typing in ("", f"{answer[:-1]}\n"):
        typed(monkeypatch, typing)
        ended = operator.run(*command)
        assert ended.code == 1
        assert question in ended.err
        assert f"Type {answer} to confirm" in ended.err
        assert (ended.out, "nothing was changed" in ended.err) == ("", True)
    assert everything(stores) == before


def test_whoever_types_the_answer_gets_it_done(
    operator: Operator, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "yes\n")
    assert operator.run("grants", "revoke", "hers").code == 0
    assert not holds(stores, "hers", now=NOW)

    typed(monkeypatch, "ada@example.com\n")
    assert operator.run("users", "remove", "ADA@example.com").code == 0
    assert stores.people().find("ada@example.com") is None
