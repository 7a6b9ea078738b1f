"""What a person has, found by the index of their subject, on a real engine."""

from gatehouse.oauth.secret_values import new_identifier
from tests.stores import Stores


def test_an_index_leads_to_the_items_of_one_person_and_of_one_kind(stores: Stores) -> None:
    table, subject = stores.table("UsersTable"), new_identifier()
    ids = [f"session#{new_identifier()}" for _ in range(3)]
    for each in (*ids, f"consent#{new_identifier()}"):
        table.put({"id": each, "subject": subject})
    table.put({"id": f"session#{new_identifier()}", "subject": new_identifier()})

    keys = table.keys_of("by_subject", begins=("id", "session#"), subject=subject)

    assert sorted(key["id"] for key in keys) == sorted(ids)
    assert len(table.keys_of("by_subject", subject=subject)) == 4


def test_more_items_than_one_call_may_name_are_read_by_their_keys(stores: Stores) -> None:
    table, subject = stores.table("GrantsTable"), new_identifier()
    ids = sorted(new_identifier() for _ in range(130))
    for each in ids:
        table.put({"grant_id": each, "subject": subject, "expires_at": 1})

    found = table.get_all([{"grant_id": each} for each in (*ids, "unknown")])

    assert sorted(item["grant_id"] for item in found) == ids


def test_a_scan_goes_through_every_page(stores: Stores) -> None:
    table, many = stores.table("GrantsTable"), 6
    ids = {new_identifier() for _ in range(many)}
    for each in ids:
        # six of these are more than the megabyte of one page
        table.put({"grant_id": each, "subject": each, "filler": "x" * 300_000})

    assert ids <= {item["grant_id"] for item in table.scan()}
