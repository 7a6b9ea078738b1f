"""A client (RFC 6749 section 2), wherever it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gatehouse.errors import UnauthorizedClient
from gatehouse.oauth.clients.document_rules import AUTH_METHODS, domain_of, names_document
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.scopes import parse_scope


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
