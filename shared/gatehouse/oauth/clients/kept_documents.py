"""Client documents as they are kept: for how long they serve, and who fetches one anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from gatehouse.oauth.clients.client import Client

# The HTTP headers decide within these. A fetch costs the person time, and its server work, so it
# is not for every request; and whoever takes a redirect URI out of a document means it.
_SHORTEST_FRESHNESS: Final = 300
_LONGEST_FRESHNESS: Final = 86400
# What has outlived that serves those who are signed in, while its server cannot be reached. Later
# it serves nobody, and is kept to tell a document that was good once from one that is made up.
_STALENESS: Final = 86400


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """What is known of one document: what it said, and the lease of whoever fetches it now.

    Times are epoch seconds. `metadata` is None until it was first fetched; it is served until
    `fresh_until`, in need until `stale_until`, and forgotten at `expires_at`. The lease goes to one
    caller at a time and ends by itself at `leased_until`. After a failure, those that need not have
    it anew leave it alone until `retry_at`.
    """

    client_id: str
    expires_at: int
    metadata: Mapping[str, Any] | None = None
    fetched_at: int = 0
    fresh_until: int = 0
    stale_until: int = 0
    retry_at: int = 0
    lease: str | None = None
    leased_until: int = 0

    @classmethod
    def fetched(
        cls, url: str, metadata: Mapping[str, Any], *, fresh_for: int, lifetime: int, now: int
    ) -> "KeptDocument":
        """A document as it was found just now, to be known for `lifetime` seconds."""
        fresh_until = now + min(max(fresh_for, _SHORTEST_FRESHNESS), _LONGEST_FRESHNESS)
        stale_until = fresh_until + _STALENESS
        expires_at = max(now + lifetime, stale_until)
        return cls(url, expires_at, metadata, now, fresh_until, stale_until)

    def is_fresh(self, now: int) -> bool:
        return self.metadata is not None and now < self.fresh_until

    def is_usable(self, now: int) -> bool:
        """Whether it may serve where it cannot be had anew."""
        return self.metadata is not None and now < self.stale_until

    def is_known(self, now: int) -> bool:
        """Whether there was a good document there, however old it is."""
        return self.metadata is not None and now < self.expires_at

    def client(self) -> Client:
        """The client that the document describes."""
        return Client(
            client_id=self.client_id,
            metadata=self.metadata or {},
            issued_at=self.fetched_at,
            last_used_at=self.fetched_at,
            expires_at=self.expires_at,
        )
