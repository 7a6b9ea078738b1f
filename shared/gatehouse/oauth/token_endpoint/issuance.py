"""What the grant types of the token endpoint share: whom they ask, and how they answer."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from gatehouse.oauth.clients.assertions import ClientAssertions
from gatehouse.oauth.clients.client import Client
from gatehouse.oauth.grants import Grant
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.resources import Resources
from gatehouse.oauth.scopes import format_scope
from gatehouse.oauth.secret_values import RefreshTokenValue, new_identifier
from gatehouse.oauth.single_use import SingleUse
from gatehouse.oauth.tokens.access_tokens import SigningKey, issue_access_token
from gatehouse.oauth.trusted_issuers import TrustedIssuers
from gatehouse.story import Story

if TYPE_CHECKING:
    from gatehouse.storage.contract.grants import GrantStore


class SigningKeySource(Protocol):
    """Whoever knows the key to sign with now."""

    def signing_key(self) -> SigningKey: ...


@dataclass(frozen=True, slots=True)
class Issuance:
    """What one token request to `issuer` at the moment `now` works with.

    `origin` is about where it comes from, in words that are kept with the grant.
    """

    grants: "GrantStore"
    keys: SigningKeySource
    assertions: ClientAssertions
    policy: Policy
    issuer: str
    now: int
    story: Story = field(default_factory=Story)
    trusted_issuers: TrustedIssuers = field(default_factory=TrustedIssuers)
    origin: str | None = None

    @property
    def single_use(self) -> SingleUse:
        """Whatever of the request may be used once, whoever checks it."""
        return self.assertions.single_use

    @property
    def resources(self) -> Resources:
        """What access tokens can be bound to."""
        return Resources(self.issuer, self.policy.resources)

    def allowed_resources(self, client: Client) -> tuple[str, ...]:
        """What the client can get tokens for: everything, unless the operator named some."""
        resources = self.resources
        return resources.requested(client.allowed_resources, default=resources.identifiers)

    @property
    def refreshable_until(self) -> int:
        """When a grant ends that gets a refresh token now: not before its access token does."""
        lifetimes = self.policy.refresh_token_lifetime, self.policy.access_token_lifetime
        return self.now + max(lifetimes)

    def answer(
        self,
        grant: Grant,
        *,
        scopes: tuple[str, ...],
        resources: tuple[str, ...],
        refresh_token: RefreshTokenValue | None,
    ) -> dict[str, Any]:
        """The token response (RFC 6749 section 5.1), with a new access token."""
        answer: dict[str, Any] = {
            "access_token": issue_access_token(
                grant,
                scopes=scopes,
                resources=resources,
                key=self.keys.signing_key(),
                issuer=self.issuer,
                now=self.now,
                lifetime=self.policy.access_token_lifetime,
            ),
            "token_type": "Bearer",
            "expires_in": self.policy.access_token_lifetime,
            # RFC 6749 section 5.1 asks for it where it differs from the request; clients that
            # keep the scope they asked for need it always
            "scope": format_scope(scopes),
        }
        if refresh_token:
            answer["refresh_token"] = str(refresh_token)
        return answer

    def answer_without_code(
        self,
        client: Client,
        *,
        subject: str,
        email: str | None,
        scopes: tuple[str, ...],
        resources: tuple[str, ...],
    ) -> dict[str, Any]:
        """The token response for a grant that begins here and ends with its one access token.

        It is kept like any other, so that it can be revoked.
        """
        grant = Grant(
            grant_id=new_identifier(),
            client_id=client.client_id,
            subject=subject,
            email=email,
            scopes=scopes,
            resources=resources,
            created_at=self.now,
            expires_at=self.now + self.policy.access_token_lifetime,
            origin=self.origin,
        )
        answer = self.answer(grant, scopes=scopes, resources=resources, refresh_token=None)
        self.require_first_use()
        self.grants.add(grant)
        self.story.grant_id = grant.grant_id
        return answer

    def require_first_use(self) -> None:
        """Use up the assertions of this request; the last of its checks, before it has effect."""
        self.single_use.require_first(now=self.now, story=self.story)
