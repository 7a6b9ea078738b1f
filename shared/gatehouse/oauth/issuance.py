"""What the grant types of the token endpoint share: whom they ask, and how they answer."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from gatehouse.oauth.access_tokens import SigningKey, issue_access_token
from gatehouse.oauth.grants import Grant
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.resources import Resources
from gatehouse.oauth.scopes import format_scope
from gatehouse.oauth.secret_values import RefreshTokenValue
from gatehouse.oauth.story import Story

if TYPE_CHECKING:
    from gatehouse.storage.contract import GrantStore


class SigningKeySource(Protocol):
    """Whoever knows the key to sign with now."""

    def signing_key(self) -> SigningKey: ...


@dataclass(frozen=True, slots=True)
class Issuance:
    """What one token request to `issuer` at the moment `now` works with."""

    grants: "GrantStore"
    keys: SigningKeySource
    policy: Policy
    issuer: str
    now: int
    story: Story = field(default_factory=Story)

    @property
    def resources(self) -> Resources:
        """What access tokens can be bound to."""
        return Resources(self.issuer, self.policy.resources)

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
