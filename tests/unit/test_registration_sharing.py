"""Which registrations get the same client: the same checked metadata in the same quarter hour."""

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gatehouse.oauth.client_metadata import check_client_metadata
from gatehouse.oauth.clients import Client
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.registration import SHARING_WINDOW, register_client
from gatehouse.oauth.secret_values import is_identifier
from gatehouse.oauth.story import Story
from tests.unit import registrations

NOW = 1_800_000_000
ISSUER = "https://mcp.example.com"
MANAGEMENT = {"registration_access_token", "registration_client_uri"}


class Registered:
    """The promises of `RegistrationStore` that a registration needs, and what it cost."""

    def __init__(self) -> None:
        self.clients: dict[str, Client] = {}
        self.writes: list[str] = []

    def add(self, client: Client) -> bool:
        self.writes.append("add")
        return self.clients.setdefault(client.client_id, client) is client

    def share(self, client_id: str, metadata: Mapping[str, Any], *, now: int) -> Client | None:
        self.writes.append("share")
        found = self.clients[client_id]
        return found if found.metadata == metadata and not found.is_expired(now) else None


def register(store: Any, document: object, now: int = NOW) -> dict[str, Any]:
    return register_client(
        document, clients=store, policy=Policy(), issuer=ISSUER, now=now, story=Story()
    )


documents = st.fixed_dictionaries(
    {"redirect_uris": st.lists(st.sampled_from(["https://a.x/", "b.c:/"]), min_size=1, max_size=2)},
    optional={
        "token_endpoint_auth_method": st.sampled_from(["none", "client_secret_post"]),
        "client_name": st.sampled_from(["A", "B", "", None]),
        "scope": st.sampled_from(["mcp", " mcp", "mcp offline_access", ""]),
        "grant_types": st.permutations(["authorization_code", "refresh_token"]).map(list),
        "client_name#de": st.sampled_from(["A", "B"]),
        "unknown": st.integers(),
    },
)
times = st.integers(NOW, NOW + 2 * SHARING_WINDOW)


@given(documents, documents, times, times)
def test_two_registrations_share_a_client_if_and_only_if_nothing_tells_them_apart(
    first: dict[str, Any], second: dict[str, Any], at: int, later: int
) -> None:
    store = Registered()
    answers = [register(store, document, now) for document, now in ((first, at), (second, later))]

    metadata = [check_client_metadata(document) for document in (first, second)]
    is_public = metadata[0]["token_endpoint_auth_method"] == "none"
    in_one_window = at // SHARING_WINDOW == later // SHARING_WINDOW
    shares = metadata[0] == metadata[1] and is_public and in_one_window
    assert (answers[0]["client_id"] == answers[1]["client_id"]) is shares
    assert len(store.clients) == (1 if shares else 2)
    assert (answers[1].keys() >= MANAGEMENT) is not shares
    for answer, checked in zip(answers, metadata, strict=True):
        assert is_identifier(answer["client_id"])
        assert checked.items() <= answer.items()
        assert store.clients[answer["client_id"]].metadata == checked


def test_a_new_client_costs_one_write_and_a_shared_one_two() -> None:
    store = Registered()
    register(store, registrations.CLAUDE_CODE)
    assert store.writes == ["add"]

    register(store, registrations.CLAUDE_CODE)
    assert store.writes == ["add", "add", "share"]


def test_the_time_of_issue_is_that_of_the_client() -> None:
    store = Registered()
    first = register(store, registrations.CURSOR, NOW)
    again = register(store, registrations.CURSOR, NOW + 1)

    assert first["client_id_issued_at"] == again["client_id_issued_at"] == NOW
    assert json.loads(json.dumps(again)) == again


def test_every_known_client_has_an_id_of_its_own() -> None:
    store = Registered()
    ids = {register(store, each)["client_id"] for each in registrations.EVERYBODY.values()}

    assert len(ids) == len(registrations.EVERYBODY)
