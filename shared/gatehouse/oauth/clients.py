"""Clients, and where they are found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gatehouse.errors import InvalidClient, UnauthorizedClient
from gatehouse.oauth.client_documents import (
    AUTH_METHODS,
    domain_of,
    names_document,
    require_readable,
)
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.scopes import parse_scope
from gatehouse.oauth.secret_values import is_identifier
from gatehouse.oauth.story import Story

if TYPE_CHECKING:
    from gatehouse.oauth.published_clients import PublishedClients
    from gatehouse.storage.contract import ClientStore

# A use is written down once a day at most: that is precise enough for a lifetime of months.
_TOUCH_INTERVAL: Final = 86400


@dataclass(frozen=True, slots=True)
class Client:
    """A client that registered, or whose document was read.

    `metadata` holds every member of RFC 7591 section 2 that was registered, or what was kept of the
    document; the properties name those that the protocol needs. A client that the operator added
    does not expire; it may get tokens for `allowed_resources`, or for any where there are none.
    `resources` are those that it serves, which no client may say of itself. A client without a
    `registration_token_hash` manages itself no more. Times are epoch seconds.
    """

    client_id: str
    metadata: Mapping[str, Any]
    issued_at: int
    last_used_at: int
    expires_at: int | None = None
    secret_hash: str | None = None
    added_by_operator: bool = False
    allowed_resources: tuple[str, ...] = ()
    registration_token_hash: str | None = None
    resources: tuple[str, ...] = ()

    @property
    def redirect_uris(self) -> tuple[str, ...]:
        return tuple(self.metadata.get("redirect_uris", ()))

    @property
    def token_endpoint_auth_method(self) -> str:
        return str(self.metadata["token_endpoint_auth_method"])

    @property
    def token_endpoint_auth_methods(self) -> tuple[str, ...]:
        """The methods that the client may prove itself by; a document may offer several."""
        return tuple(self.metadata.get(AUTH_METHODS, (self.token_endpoint_auth_method,)))

    @property
    def domain(self) -> str | None:
        """The host whose document describes the client; None where it registered by itself."""
        return domain_of(self.client_id) if names_document(self.client_id) else None

    @property
    def grant_types(self) -> tuple[str, ...]:
        return tuple(self.metadata["grant_types"])

    @property
    def name(self) -> str:
        """What the client calls itself; its id where it gave no name."""
        return str(self.metadata.get("client_name") or self.client_id)

    @property
    def scopes(self) -> tuple[str, ...]:
        """What it registered: the most for a client of the operator's, and for others no limit."""
        return parse_scope(self.metadata.get("scope"))

    def is_expired(self, now: int) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    def require_grant_type(self, grant_type: str) -> None:
        """Raise `UnauthorizedClient` (RFC 6749 section 5.2) unless the client may use it."""
        if grant_type not in self.grant_types:
            raise UnauthorizedClient(f"This client is not registered for {grant_type}")


def expiry_after_use(policy: Policy, now: int) -> int:
    """When a client that is used at `now` expires, in epoch seconds."""
    return now + policy.client_lifetime


class ClientDirectory:
    """Every client that this authorization server knows, wherever it comes from."""

    def __init__(
        self, registered: "ClientStore", published: "PublishedClients", policy: Policy
    ) -> None:
        self._registered = registered
        self._published = published
        self._policy = policy

    def find(
        self, client_id: str, *, now: int, story: Story, accepts_stale: bool = False
    ) -> Client:
        """The live client of that id.

        `accepts_stale` has a metadata document that cannot be had anew serve for a while longer,
        for clients that were let in before. Raises `InvalidClient` for a client that is unknown or
        expired, and `ClientDocumentUnavailable`.
        """
        story.names_client(client_id)
        if names_document(client_id):
            require_readable(client_id, self._policy)
            client = self._published.find(client_id, now=now, accepts_stale=accepts_stale)
            story.is_about(client.client_id)
            return client
        return self._find_registered(client_id, now=now, story=story)

    def _find_registered(self, client_id: str, *, now: int, story: Story) -> Client:
        client = self._registered.get(client_id) if is_identifier(client_id) else None
        if client is None:
            raise _unknown("unknown")
        story.is_about(client.client_id)
        if client.is_expired(now):
            raise _unknown("expired")
        return client

    def note_use(self, client: Client, *, now: int) -> None:
        """Push the expiry of the registration back, as the client is being used.

        Comes before what it is used for: a failure must not lose an answer that is given only
        once. A document lives by its own rules.
        """
        if client.domain or client.expires_at is None:
            return
        lifetime = self._policy.client_lifetime
        if now - client.last_used_at < min(_TOUCH_INTERVAL, lifetime // 2):
            return
        self._registered.note_use(client.client_id, now, expiry_after_use(self._policy, now))


def _unknown(reason: str) -> InvalidClient:
    return InvalidClient("The client is not registered here; register it again", reason=reason)
