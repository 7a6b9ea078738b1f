"""Scopes: what they are called on the wire and what they mean to a person."""

from collections.abc import Iterable
from typing import Final

OFFLINE_ACCESS: Final = "offline_access"

# In the order in which the consent page names them.
SCOPES: Final = {
    "mcp": "Use this server's tools on your behalf",
    OFFLINE_ACCESS: "Stay connected while you are away",
}

# OpenID Connect Core section 11: offline access is asked of the authorization server;
# a resource that listed it would have every client ask for it on each challenge.
RESOURCE_SCOPES: Final = tuple(name for name in SCOPES if name != OFFLINE_ACCESS)

DEFAULT_SCOPES: Final = RESOURCE_SCOPES


def parse_scope(scope: str | None) -> tuple[str, ...]:
    """Split the wire string (RFC 6749 section 3.3); an empty or absent one gives no names."""
    return tuple(dict.fromkeys((scope or "").split()))


def format_scope(scopes: Iterable[str]) -> str:
    """The wire string for `scopes`."""
    return " ".join(scopes)


def grantable_scopes(scope: str | None) -> tuple[str, ...]:
    """The scopes to ask the person for, given the `scope` that a client sent.

    RFC 6749 section 3.3 lets the server grant less than was asked as long as the answer says so.
    Clients ask for scopes of other servers (`openid`, `email`) when they find none published, so
    unknown names are left out; offline access alone does nothing, so the default is added to it.
    """
    known = tuple(name for name in SCOPES if name in parse_scope(scope))
    if not set(known) - {OFFLINE_ACCESS}:
        return tuple(name for name in SCOPES if name in (*DEFAULT_SCOPES, *known))
    return known
