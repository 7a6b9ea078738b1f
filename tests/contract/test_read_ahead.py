"""Reading ahead from several tables, on a real engine."""

from gatehouse.storage.read_ahead import read_ahead
from tests.stores import PREFIX, Stores

CLIENTS, GRANTS = f"{PREFIX}ClientsTable", f"{PREFIX}GrantsTable"
KEYS = {CLIENTS: {"client_id": "read-ahead"}, GRANTS: {"grant_id": "read-ahead"}}


def test_an_item_that_was_read_ahead_is_given_out_once_and_then_read_again(stores: Stores) -> None:
    table = stores.table("ClientsTable")
    table.put({"client_id": "read-ahead", "turn": 1})
    tables = read_ahead(stores.client(), KEYS)
    table.put({"client_id": "read-ahead", "turn": 2})

    ahead = tables[CLIENTS].get(client_id="read-ahead")
    again = tables[CLIENTS].get(client_id="read-ahead")

    assert ahead == {"client_id": "read-ahead", "turn": 1}
    assert again == {"client_id": "read-ahead", "turn": 2}


def test_an_item_that_is_not_there_is_known_not_to_be(stores: Stores) -> None:
    tables = read_ahead(stores.client(), KEYS)
    stores.table("GrantsTable").put({"grant_id": "read-ahead"})

    assert tables[GRANTS].get(grant_id="read-ahead") is None
    assert tables[GRANTS].get(grant_id="read-ahead") == {"grant_id": "read-ahead"}
    stores.table("GrantsTable").delete(grant_id="read-ahead")


def test_another_item_is_read_when_it_is_asked_for(stores: Stores) -> None:
    stores.table("ClientsTable").put({"client_id": "another"})
    tables = read_ahead(stores.client(), KEYS)

    assert tables[CLIENTS].get(client_id="another") == {"client_id": "another"}
