"""`gatehouse grants`, against a stack that CloudFormation knows."""

import time

import pytest

from tests.cli.conftest import Operator
from tests.cli.kept import DAY, MCP, client, grant, holds, person
from tests.stores import Stores

NOW = int(time.time())
ALL = ("ada-chat", "ada-editor", "bob-chat")


@pytest.fixture(autouse=True)
def grants(operator: Operator, stores: Stores) -> None:
    ada = person(stores, "ada@example.com", now=NOW)
    bob = person(stores, "bob@example.com", now=NOW)
    client(stores, "chat", "Chat", now=NOW)
    grant(stores, "ada-chat", ada, "chat", now=NOW - DAY)
    grant(stores, "ada-editor", ada, "editor", now=NOW - 2 * DAY)
    grant(stores, "bob-chat", bob, "chat", now=NOW - 3 * DAY)


def test_grants_that_hold_are_listed_and_the_last_used_first(
    operator: Operator, stores: Stores
) -> None:
    stores.grants().revoke("bob-chat", NOW)

    first, second = operator.json("grants", "list")

    assert first == {
        "grant_id": "ada-chat",
        "email": "ada@example.com",
        "subject": "subject-of-ada",
        "client_id": "chat",
        "client_name": "Chat",
        "scopes": ["mcp"],
        "resources": [MCP],
        "is_live": True,
        "created_at": NOW - DAY,
        "last_used_at": NOW - DAY,
        "expires_at": NOW + 29 * DAY,
    }
    assert (second["grant_id"], second["client_name"]) == ("ada-editor", None)
    rows = operator.says("grants", "list").splitlines()
    assert [row.split()[:3] for row in rows[1:]] == [
        ["ada-chat", "ada@example.com", "Chat"],
        ["ada-editor", "ada@example.com", "editor"],
    ]


@pytest.mark.parametrize(
    ("whose", "found"),
    [
        (["--user", "Ada@example.com"], ["ada-chat", "ada-editor"]),
        (["--client", "chat"], ["ada-chat", "bob-chat"]),
        (["--user", "ada@example.com", "--client", "editor"], ["ada-editor"]),
        (["--client", "nobody"], []),
    ],
)
def test_a_person_or_a_client_is_named(
    operator: Operator, stores: Stores, whose: list[str], found: list[str]
) -> None:
    assert [each["grant_id"] for each in operator.json("grants", "list", *whose)] == found

    ended = operator.json("grants", "revoke", *whose, "--yes")

    assert ended == {"ended_grants": len(found)}
    assert [each for each in ALL if not holds(stores, each, now=NOW)] == found
    # nothing that ended is asked for less the next time
    for each in found:
        gone = stores.grants().get(each)
        assert gone
        assert stores.consents().get(gone.subject, gone.client_id) is None


def test_one_grant_is_ended(operator: Operator, stores: Stores) -> None:
    assert operator.says("grants", "revoke", "ada-chat", "--yes") == "1 grant ended.\n"

    assert [each for each in ALL if holds(stores, each, now=NOW)] == ["ada-editor", "bob-chat"]
    again = operator.run("grants", "revoke", "ada-chat", "--yes")
    assert (again.code, again.err) == (3, "gatehouse: there is no grant ada-chat that holds\n")


@pytest.mark.parametrize("named", [[], ["ada-chat", "--user", "ada@example.com"]])
def test_it_is_never_guessed_what_is_meant(
    operator: Operator, stores: Stores, named: list[str]
) -> None:
    ended = operator.run("grants", "revoke", *named, "--yes")

    assert ended.code == 2
    assert all(holds(stores, each, now=NOW) for each in ALL)


def test_a_person_who_is_not_there_has_no_grants_to_end(operator: Operator) -> None:
    for verb in (["list"], ["revoke", "--yes"]):
        assert operator.run("grants", *verb, "--user", "nobody@example.com").code == 3


def test_no_grant_is_said_in_words(operator: Operator) -> None:
    operator.says("grants", "revoke", "--client", "chat", "--yes")
    operator.says("grants", "revoke", "--client", "editor", "--yes")

    assert operator.says("grants", "list") == "There is no grant.\n"
