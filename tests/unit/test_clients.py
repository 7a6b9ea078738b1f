"""How long a registration lives."""

from collections.abc import Sequence

import pytest

from gatehouse.oauth.clients.client import Client
from gatehouse.oauth.clients.directory import ClientDirectory
from gatehouse.oauth.policy import Policy
from tests.nothing_outside import NO_DOCUMENTS

NOW = 1_800_000_000


class Clients:
    """Notes what is noted."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, int, int]] = []

    def add(self, client: Client) -> None: ...

    def get(self, client_id: str) -> Client | None: ...

    def get_all(self, client_ids: Sequence[str]) -> list[Client]:
        raise AssertionError(f"nobody tells of clients here: {client_ids}")

    def note_use(self, client_id: str, now: int, expires_at: int) -> None:
        self.noted.append((client_id, now, expires_at))


def client(last_used_at: int) -> Client:
    return Client("client", {}, NOW, last_used_at, NOW + 100)


@pytest.mark.parametrize("lifetime", [86400, 90 * 86400])
def test_a_client_that_is_used_in_time_never_expires(lifetime: int) -> None:
    policy, clients = Policy(client_lifetime=lifetime), Clients()
    almost_expired = client(NOW - lifetime + 1)

    ClientDirectory(clients, NO_DOCUMENTS, policy).note_use(almost_expired, now=NOW)

    assert clients.noted == [("client", NOW, NOW + lifetime)]


def test_a_use_is_noted_once_a_day() -> None:
    clients = Clients()
    for age in (0, 86399):
        ClientDirectory(clients, NO_DOCUMENTS, Policy()).note_use(client(NOW - age), now=NOW)

    assert clients.noted == []
