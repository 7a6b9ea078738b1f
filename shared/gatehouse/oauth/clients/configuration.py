"""Client configuration (RFC 7592): a client reads, changes and deletes its own registration.

It proves itself by the registration access token that came with the registration. Every write names
the token again as its condition: one that was taken away meanwhile changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gatehouse.errors import InvalidClientMetadata, InvalidRequest, InvalidToken, MissingToken
from gatehouse.oauth.bearer_scheme import bearer_token
from gatehouse.oauth.capabilities import SECRET_METHODS
from gatehouse.oauth.clients.client import Client
from gatehouse.oauth.clients.information import client_information
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.secret_values import digest, is_identifier, matches
from gatehouse.story import Story

if TYPE_CHECKING:
    from gatehouse.storage.contract.clients import RegistrationStore

# RFC 7592 section 2.2: what the server says of a client, and no client says of itself.
_NOT_SENT: Final = (
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
)
_REFUSED: Final = "registration_token_refused"


@dataclass(frozen=True, slots=True)
class ManagedClient:
    """A client that proved itself by its registration access token."""

    client: Client
    registration_token: str

    def information(self, issuer: str, *, client_secret: str | None = None) -> dict[str, Any]:
        """The registration as it stands (RFC 7592 section 2.1), and the secrets that it showed."""
        return client_information(
            self.client,
            issuer=issuer,
            client_secret=client_secret,
            registration_token=self.registration_token,
        )


def managed_client(
    client_id: str,
    authorization: str | None,
    *,
    clients: "RegistrationStore",
    now: int,
    story: Story,
) -> ManagedClient:
    """The client whose registration access token the `Authorization` header carries.

    Raises `MissingToken`, and `InvalidToken` for a wrong token and for an unknown client alike.
    """
    presented = _registration_token(authorization, story)
    story.names_client(client_id)
    client = clients.get(client_id) if is_identifier(client_id) else None
    # RFC 7592 section 2.1: 401 for a client that does not exist, as for a wrong token
    if client is None or client.is_expired(now):
        raise _refused("unknown or expired client", story)
    if not client.registration_token_hash or not matches(presented, client.registration_token_hash):
        raise _refused("wrong registration access token", story)
    story.is_about(client.client_id)
    return ManagedClient(client, presented)


def update_client(
    managed: ManagedClient,
    document: object,
    *,
    clients: "RegistrationStore",
    policy: Policy,
    issuer: str,
    now: int,
    story: Story,
) -> dict[str, Any]:
    """The registration after `document` took the place of its metadata (RFC 7592 section 2.2).

    Raises `InvalidRequest`, `InvalidRedirectUri`, `InvalidClientMetadata` and `InvalidToken`.
    """
    # loaded here: only a change needs pydantic
    from gatehouse.oauth.clients.metadata import check_client_metadata

    client, presented = managed.client, managed.registration_token
    metadata = check_client_metadata(document, grant_types=policy.registrable_grant_types)
    given = document if isinstance(document, Mapping) else {}
    secret = _require_same_client(given, client)
    _require_same_authentication(metadata, client)
    changed = clients.change_metadata(client.client_id, digest(presented), metadata, now=now)
    if changed is None:
        raise _refused("registration access token taken away meanwhile", story)
    story.outcome = "client_updated"
    return ManagedClient(changed, presented).information(issuer, client_secret=secret)


def delete_client(
    client_id: str,
    authorization: str | None,
    *,
    clients: "RegistrationStore",
    now: int,
    story: Story,
) -> None:
    """End the client (RFC 7592 section 2.3); once more is no error, as an answer may be lost.

    Its codes and refresh tokens are worth nothing without it. Access tokens that are out live until
    they expire (docs/decisions/0012). Raises `MissingToken` and `InvalidToken`.
    """
    presented = _registration_token(authorization, story)
    story.names_client(client_id)
    if not is_identifier(client_id) or not clients.delete(client_id, digest(presented), now=now):
        raise _refused("unknown client or registration access token", story)
    story.is_about(client_id)
    story.outcome = "client_deleted"


def _registration_token(authorization: str | None, story: Story) -> str:
    try:
        return bearer_token(authorization)
    except MissingToken:
        story.outcome = _REFUSED
        raise


def _require_same_client(given: Mapping[str, Any], client: Client) -> str | None:
    """Raise unless the document is about this client; the client secret that it repeats, if any."""
    for member in _NOT_SENT:
        if member in given:
            raise InvalidRequest(f"{member} is the server's to say: leave it out")
    # RFC 7592 section 2.2: client_id must be there and be the same, a client_secret must match
    if given.get("client_id") != client.client_id:
        raise InvalidRequest("client_id must be the one of this registration")
    secret = given.get("client_secret")
    if secret is None:
        return None
    stored = client.secret_hash
    if not isinstance(secret, str) or not stored or not matches(secret, stored):
        raise InvalidRequest("client_secret must be the current one, or be left out")
    return secret


def _require_same_authentication(metadata: Mapping[str, Any], client: Client) -> None:
    # A registration access token must not weaken how the client proves itself, and secrets are
    # made at registration alone
    methods = {metadata["token_endpoint_auth_method"], client.token_endpoint_auth_method}
    if len(methods) > 1 and not methods <= set(SECRET_METHODS):
        raise InvalidClientMetadata(
            f"token_endpoint_auth_method stays {client.token_endpoint_auth_method}: "
            "register a new client for another"
        )


def _refused(reason: str, story: Story) -> InvalidToken:
    story.outcome = _REFUSED
    return InvalidToken("The registration access token is not valid here", reason=reason)
