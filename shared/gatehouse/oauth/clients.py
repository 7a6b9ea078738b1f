"""Clients, as they were registered (RFC 7591)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gatehouse.oauth.policy import Policy

if TYPE_CHECKING:
    from gatehouse.storage.contract import ClientStore

# A use is written down once a day at most: that is precise enough for a lifetime of months.
_TOUCH_INTERVAL: Final = 86400


@dataclass(frozen=True, slots=True)
class Client:
    """A registered client.

    `metadata` holds every member of RFC 7591 section 2 that was registered; the properties name
    those that the protocol needs. Times are epoch seconds.
    """

    client_id: str
    metadata: Mapping[str, Any]
    issued_at: int
    last_used_at: int
    expires_at: int
    secret_hash: str | None = None

    @property
    def redirect_uris(self) -> tuple[str, ...]:
        return tuple(self.metadata["redirect_uris"])

    @property
    def token_endpoint_auth_method(self) -> str:
        return str(self.metadata["token_endpoint_auth_method"])

    @property
    def grant_types(self) -> tuple[str, ...]:
        return tuple(self.metadata["grant_types"])

    @property
    def name(self) -> str:
        """What the client calls itself; its id where it gave no name."""
        return str(self.metadata.get("client_name") or self.client_id)

    def is_expired(self, now: int) -> bool:
        return self.expires_at <= now


def expiry_after_use(policy: Policy, now: int) -> int:
    """When a client that is used at `now` expires, in epoch seconds."""
    return now + policy.client_lifetime


def note_use(client: Client, *, clients: "ClientStore", policy: Policy, now: int) -> None:
    """Push the expiry of the registration back, as the client is being used.

    Comes before what it is used for: a failure must not lose an answer that is given only once.
    """
    if now - client.last_used_at < min(_TOUCH_INTERVAL, policy.client_lifetime // 2):
        return
    clients.note_use(client.client_id, now, expiry_after_use(policy, now))
