"""Where clients are found: those that registered, and those that publish a document."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from gatehouse.errors import InvalidClient
from gatehouse.oauth.clients.client import Client, expiry_after_use
from gatehouse.oauth.clients.document_rules import names_document, require_readable
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.secret_values import is_identifier
from gatehouse.story import Story

if TYPE_CHECKING:
    from gatehouse.oauth.clients.document_clients import DocumentClients
    from gatehouse.storage.contract.clients import ClientStore

# A use is written down once a day at most: that is precise enough for a lifetime of months.
_TOUCH_INTERVAL: Final = 86400


class ClientDirectory:
    """Every client that this authorization server knows, wherever it comes from."""

    def __init__(
        self, registered: "ClientStore", published: "DocumentClients", policy: Policy
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

    def known(self, client_ids: Iterable[str], *, now: int) -> dict[str, Client]:
        """What is known of these clients, by their ids: to tell of them, not to let them in.

        A registration may have expired, and a document is as it was when it was last read.
        """
        asked = dict.fromkeys(client_ids)
        published = [each for each in asked if names_document(each)]
        registered = [each for each in asked if not names_document(each)]
        found = [*self._registered.get_all(registered)] if registered else []
        found += self._published.known(published, now=now) if published else []
        return {client.client_id: client for client in found}

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
