"""Client authentication by `private_key_jwt` (RFC 7523 section 2.2 and 3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gatehouse.documents import DocumentUnavailable
from gatehouse.errors import InvalidClient, InvalidRequest
from gatehouse.oauth.assertions import (
    Assertion,
    BadAssertion,
    read_assertion,
    require_lifetime,
    require_signature,
)
from gatehouse.oauth.capabilities import CLIENT_ASSERTION_TYPE
from gatehouse.oauth.clients.client import Client
from gatehouse.oauth.clients.published_keys import PublishedKeys
from gatehouse.oauth.key_sets import Jwk, suitable_keys
from gatehouse.oauth.metadata import TOKEN_PATH
from gatehouse.oauth.single_use import SingleUse
from gatehouse.parameters import Parameters

# draft-ietf-oauth-rfc7523bis gives them a type; before it there was JWT's own, or none.
_TYPES: Final = (None, "jwt", "client-authentication+jwt")


def client_assertion(parameters: Parameters) -> Assertion | None:
    """The client assertion of a request, if it has one; nothing of it is proven yet.

    Raises `InvalidRequest` for half of one, and `InvalidClient` for one that cannot be read.
    """
    encoded, kind = (parameters.get(name) for name in ("client_assertion", "client_assertion_type"))
    if encoded is None and kind is None:
        return None
    # RFC 7521 section 4.2: both are required
    if encoded is None or kind is None:
        raise InvalidRequest("client_assertion and client_assertion_type belong together")
    if kind != CLIENT_ASSERTION_TYPE:
        raise InvalidClient(f"client_assertion_type must be {CLIENT_ASSERTION_TYPE}")
    try:
        return read_assertion(encoded, types=_TYPES)
    except BadAssertion as bad:
        raise _invalid(bad) from None


def named_client(assertion: Assertion, client_id: str | None) -> str:
    """The client that the assertion says it is from, and `client_id` if there is one."""
    try:
        issuer, subject = assertion.text("iss"), assertion.text("sub")
    except BadAssertion as bad:
        raise _invalid(bad) from None
    # RFC 7523 section 3 items 1 and 2: the client speaks for itself;
    # RFC 7521 section 4.2: client_id is unnecessary, and must name the same client
    if issuer != subject or (client_id or subject) != subject:
        raise InvalidClient("iss and sub of the client assertion must both be the client_id")
    return subject


@dataclass(frozen=True, slots=True)
class ClientAssertions:
    """Judges client assertions that come to `path` of `issuer`.

    `published` are the key sets of clients that name a `jwks_uri`.
    """

    issuer: str
    path: str
    published: PublishedKeys
    single_use: SingleUse

    def verify(self, assertion: Assertion, client: Client, *, now: int) -> None:
        """Raise `InvalidClient` unless the assertion is the client's, for us, and of now.

        Whether it was used before shows at `SingleUse.require_first`.
        """
        try:
            self._require_audience(assertion)
            expires_at = require_lifetime(assertion, now=now)
            jti = assertion.text("jti")
            require_signature(assertion, self._keys(assertion, client, now))
        except BadAssertion as bad:
            raise _invalid(bad) from None
        if jwks_uri := client.metadata.get("jwks_uri"):
            self.published.note_proof(jwks_uri, now=now)
        self.single_use.note(
            "client",
            client.client_id,
            jti,
            expires_at=expires_at,
            refusal=_invalid(BadAssertion("it was used before")),
        )

    def _require_audience(self, assertion: Assertion) -> None:
        # RFC 7523 section 3 item 3: us, by our issuer or the URL of the endpoint; clients add a
        # slash to an issuer without a path
        ours = (self.issuer, f"{self.issuer}/", self.issuer + TOKEN_PATH, self.issuer + self.path)
        # nobody besides, who could come here with it
        if not assertion.audiences or not all(each in ours for each in assertion.audiences):
            raise BadAssertion("aud is not this authorization server alone")

    def _keys(self, assertion: Assertion, client: Client, now: int) -> Sequence[Jwk]:
        jwks, jwks_uri = client.metadata.get("jwks"), client.metadata.get("jwks_uri")
        if jwks_uri is None:
            return suitable_keys(jwks, assertion.header)
        try:
            return self.published.keys(jwks_uri, assertion.header, now=now)
        except DocumentUnavailable as unavailable:
            # a stranger chose that URL: that it leads nowhere is no failure of ours
            raise InvalidClient(
                "The client's keys cannot be had from its jwks_uri",
                reason=f"jwks_uri: {unavailable}",
            ) from None


def _invalid(bad: BadAssertion) -> InvalidClient:
    return InvalidClient(f"The client assertion is not valid: {bad}", reason=f"assertion: {bad}")
