"""The token response (RFC 6749 section 5.1) that both grant types end in."""

from typing import Any, Protocol

from gatehouse.oauth.access_tokens import SigningKey, issue_access_token
from gatehouse.oauth.grants import Grant
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.scopes import format_scope
from gatehouse.oauth.secret_values import RefreshTokenValue


class SigningKeySource(Protocol):
    """Whoever knows the key to sign with now."""

    def signing_key(self) -> SigningKey: ...


def token_response(
    grant: Grant,
    *,
    scopes: tuple[str, ...],
    resources: tuple[str, ...],
    refresh_token: RefreshTokenValue | None,
    keys: SigningKeySource,
    policy: Policy,
    issuer: str,
    now: int,
) -> dict[str, Any]:
    """The answer that hands out a new access token, with `refresh_token` where there is one."""
    answer = {
        "access_token": issue_access_token(
            grant,
            scopes=scopes,
            resources=resources,
            key=keys.signing_key(),
            issuer=issuer,
            now=now,
            lifetime=policy.access_token_lifetime,
        ),
        "token_type": "Bearer",
        "expires_in": policy.access_token_lifetime,
        # RFC 6749 section 5.1 asks for it where it differs from the request; clients that keep
        # the scope they asked for need it always
        "scope": format_scope(scopes),
    }
    if refresh_token:
        answer["refresh_token"] = str(refresh_token)
    return answer
