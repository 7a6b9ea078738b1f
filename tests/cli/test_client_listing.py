"""`gatehouse clients list`, `show` and `revoke`, against a stack that CloudFormation knows."""

import time

import pytest

from tests.cli.conftest import Operator
from tests.cli.kept import DAY, DOCUMENT, client, document, grant, holds, person
from tests.stores import Stores

NOW = int(time.time())


@pytest.fixture
def clients(operator: Operator, stores: Stores) -> list[str]:
    """The ids of a client of each kind, the one that was used last first."""
    client(stores, "registered", "Chat", now=NOW - DAY, redirect_uri="https://chat.example/cb")
    document(stores, now=NOW - 2 * DAY)
    machine = operator.json("clients", "add", "Report", "--grant-type", "client_credentials")
    return [machine["client_id"], "registered", DOCUMENT]


def test_every_kind_is_listed_and_the_last_used_first(
    operator: Operator, stores: Stores, clients: list[str]
) -> None:
    documents = stores.client_documents()
    # what the table has beside clients is none
    documents.admit_fetch("editor.example", now=NOW, limit=1, seconds=DAY)
    documents.note_proof("https://editor.example/jwks", expires_at=NOW + DAY)
    documents.lease("https://slow.example/client.json", "lease", now=NOW, until=NOW + DAY)

    listed = operator.json("clients", "list")

    assert [each["client_id"] for each in listed] == clients
    assert [each["kind"] for each in listed] == ["operator", "registered", "document"]
    assert [each["redirect_hosts"] for each in listed] == [
        [],
        ["chat.example"],
        ["http://127.0.0.1"],
    ]
    assert listed[1]["last_used_at"] == NOW - DAY
    rows = operator.says("clients", "list").splitlines()
    assert rows[0].split() == ["CLIENT", "NAME", "KIND", "LEADS", "TO", "LAST", "USE"]
    assert rows[1].split()[:4] == [clients[0], "Report", "operator", "-"]


def test_clients_that_have_expired_are_gone(operator: Operator, stores: Stores) -> None:
    client(stores, "forgotten", "Old", now=NOW - 91 * DAY)

    assert operator.json("clients", "list") == []
    assert operator.says("clients", "list") == "There is no client yet.\n"


def test_everything_of_a_client_is_shown_but_its_secrets(
    operator: Operator, clients: list[str]
) -> None:
    shown = operator.json("clients", "show", "registered")

    assert shown["name"] == "Chat"
    assert shown["redirect_uris"] == ["https://chat.example/cb"]
    assert shown["auth_methods"] == ["client_secret_basic"]
    assert (shown["has_secret"], shown["manages_itself"]) == (True, True)
    assert shown["metadata"]["client_name"] == "Chat"
    for printed in (str(shown), operator.says("clients", "show", "registered")):
        assert "Chat" in printed
        assert "hash-of" not in printed
    assert operator.json("clients", "show", DOCUMENT)["kind"] == "document"


def test_a_client_that_is_revoked_is_gone_with_its_grants(
    operator: Operator, stores: Stores, clients: list[str]
) -> None:
    ada = person(stores, "ada@example.com", now=NOW)
    grant(stores, "one", ada, "registered", now=NOW)
    grant(stores, "other", ada, DOCUMENT, now=NOW)

    said = operator.says("clients", "revoke", "registered", "--yes")

    assert said == "Chat is gone; 1 grant ended.\n"
    assert stores.clients().get("registered") is None
    assert not holds(stores, "one", now=NOW)
    assert holds(stores, "other", now=NOW)
    assert operator.run("clients", "show", "registered").code == 3
    # its id is not another's for a while, as after it deleted itself
    left = stores.table("ClientsTable").get(client_id="registered")
    assert left
    assert {"client_id", "deleted_at", "expires_at"} <= set(left)
    assert not {"metadata", "secret_hash", "registration_token_hash"} & set(left)


def test_of_a_document_the_grants_end_and_the_copy_is_forgotten(
    operator: Operator, stores: Stores, clients: list[str]
) -> None:
    grant(stores, "one", person(stores, "ada@example.com", now=NOW), DOCUMENT, now=NOW)

    said = operator.says("clients", "revoke", DOCUMENT, "--yes")

    assert "1 grant ended" in said
    assert "ClientIdMetadataDocuments" in said
    assert not holds(stores, "one", now=NOW)
    assert stores.client_documents().get(DOCUMENT) is None


@pytest.mark.parametrize("verb", [["show"], ["revoke", "--yes"]])
def test_a_client_that_is_not_there_is_not_found(operator: Operator, verb: list[str]) -> None:
    ended = operator.run("clients", *verb, "nobody")

    assert (ended.code, ended.err) == (3, "gatehouse: there is no client nobody\n")
