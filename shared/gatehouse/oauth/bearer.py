"""The protected resource's side: the bearer token of a request, and the challenge of a 401."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from gatehouse.errors import InsufficientScope, MissingToken, OAuthError
from gatehouse.oauth.access_tokens import AccessToken
from gatehouse.oauth.bearer_scheme import bearer_challenge, bearer_token
from gatehouse.oauth.grants import Grant
from gatehouse.oauth.presented_tokens import honoured_access_token
from gatehouse.oauth.resources import Resource
from gatehouse.oauth.scopes import DEFAULT_SCOPES, format_scope
from gatehouse.oauth.story import Story

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

    from gatehouse.storage.contract import GrantStore


def authorize_bearer(
    authorization: str | None,
    *,
    find_key: Callable[[str], "EllipticCurvePublicKey | None"],
    grants: "GrantStore",
    resource: Resource,
    issuer: str,
    now: int,
    story: Story,
) -> tuple[AccessToken, Grant]:
    """The verified access token of the `Authorization` header, and the grant behind it.

    Raises `MissingToken` without a bearer token, `InvalidToken` for one that is not honoured, and
    `InsufficientScope` for one whose scope does not reach this resource.
    """
    try:
        encoded = bearer_token(authorization)
    except MissingToken:
        story.outcome = "challenged"
        raise
    access_token, grant = honoured_access_token(
        encoded,
        find_key=find_key,
        grants=grants,
        issuer=issuer,
        audiences=resource.audiences,
        now=now,
        story=story,
    )
    # RFC 6750 section 3.1: the request needs more than the token may
    if not set(DEFAULT_SCOPES) <= set(access_token.scopes):
        raise InsufficientScope("The access token lacks the scope of this server")
    return access_token, grant


def challenge(error: OAuthError, *, resource: Resource, issuer: str) -> str:
    """The `WWW-Authenticate` value for `error` (RFC 6750 section 3, RFC 9728 section 5.1)."""
    parameters = {
        "realm": issuer,
        "resource_metadata": resource.metadata_url,
        "scope": format_scope(DEFAULT_SCOPES),
    }
    return bearer_challenge(error, parameters)
