"""The protected resource's side: the bearer token of a request, and the challenge of a 401."""

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from gatehouse.errors import InsufficientScope, MissingToken, OAuthError
from gatehouse.oauth.bearer_scheme import bearer_challenge, bearer_token
from gatehouse.oauth.grants import Grant
from gatehouse.oauth.resources import Resource
from gatehouse.oauth.scopes import OFFLINE_ACCESS, ScopeCatalogue, format_scope
from gatehouse.oauth.tokens.access_tokens import AccessToken
from gatehouse.oauth.tokens.presented_tokens import honoured_access_token
from gatehouse.story import Story

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

    from gatehouse.storage.contract.grants import GrantStore


def authorize_bearer(
    authorization: str | None,
    *,
    find_key: Callable[[str], "EllipticCurvePublicKey | None"],
    grants: "GrantStore",
    resource: Resource,
    needed: Collection[str],
    scopes: ScopeCatalogue,
    issuer: str,
    now: int,
    story: Story,
) -> tuple[AccessToken, Grant]:
    """The verified access token of the `Authorization` header, and the grant behind it.

    `needed` are the scopes that the resource asks of every request. Raises `MissingToken` without
    a bearer token, `InvalidToken` for one that is not honoured, and `InsufficientScope` for one
    whose scope does not reach this resource.
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
    if not scopes.covers(access_token.scopes, needed):
        raise insufficient_scope(access_token.scopes, needed, scopes)
    return access_token, grant


def insufficient_scope(
    granted: Collection[str], needed: Collection[str], scopes: ScopeCatalogue
) -> InsufficientScope:
    """The refusal of what needs the scopes `needed`, which are not all `granted`.

    The challenge names all of them at once, and those that are granted: clients that ask for
    nothing but what they are challenged for would lose the one access while they gain the other.
    """
    missing = scopes.known(set(needed) - scopes.reach(granted))
    # MCP 2026-07-28, "Refresh Tokens": offline access is nothing that a resource asks for
    named = {*needed, *granted} - {OFFLINE_ACCESS}
    return InsufficientScope(
        f"This takes more than was allowed so far: {format_scope(missing)}",
        scopes=scopes.known(named),
    )


def resource_challenge(
    error: OAuthError, *, resource: Resource, issuer: str, minimum: Sequence[str]
) -> str:
    """A resource's `WWW-Authenticate` value (RFC 6750 section 3, RFC 9728 section 5.1)."""
    asked_for = error.scopes if isinstance(error, InsufficientScope) else minimum
    parameters = {
        "realm": issuer,
        "resource_metadata": resource.metadata_url,
        "scope": format_scope(asked_for),
    }
    return bearer_challenge(error, parameters)
