"""Protected resources and the `resource` parameter (RFC 8707)."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from gatehouse.errors import InvalidTarget

MCP_PATH: Final = "/mcp/mcp"

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def mcp_resource(issuer: str) -> str:
    """The URL of the MCP endpoint, which is also its resource identifier."""
    return issuer + MCP_PATH


def protected_resources(issuer: str) -> tuple[str, ...]:
    """Every resource identifier that tokens of `issuer` may be bound to."""
    return (mcp_resource(issuer), issuer)


def requested_resources(
    values: Sequence[str], *, issuer: str, default: Sequence[str]
) -> tuple[str, ...]:
    """Our own strings for the resources that a client named, `default` if it named none.

    Raises `InvalidTarget` (RFC 8707 section 2) for a resource that is not among `default`'s
    server: one that we do not protect.
    """
    ours = {_comparable(resource): resource for resource in protected_resources(issuer)}
    resources = []
    for value in values:
        if not value:
            continue
        resource = ours.get(_comparable(value))
        # RFC 8707 section 2: a resource that is unknown to the server
        if resource is None:
            raise InvalidTarget(
                f"No access token is issued for that resource, only for {mcp_resource(issuer)}"
            )
        resources.append(resource)
    return tuple(dict.fromkeys(resources)) or tuple(default)


def narrowed_resources(
    values: Sequence[str], *, issuer: str, granted: Sequence[str]
) -> tuple[str, ...]:
    """The granted resources that a token request asks for, all of them if it names none.

    Raises `InvalidTarget` (RFC 8707 section 2.2) for a resource outside the grant.
    """
    resources = requested_resources(values, issuer=issuer, default=granted)
    # RFC 8707 section 2.2: the token request may narrow what was granted, never widen it
    if not set(resources) <= set(granted):
        raise InvalidTarget("That resource is not part of what the person granted")
    return resources


def _comparable(uri: str) -> tuple[str, str, int | None, str] | None:
    """What makes two resource identifiers the same one; None for what is no absolute URL.

    Scheme and host are case-insensitive (RFC 3986 section 6.2.2.1), a default port says nothing
    (section 6.2.3), and clients add a slash to the end. Everything else has to match exactly.
    """
    # RFC 8707 section 2: an absolute URI without a fragment
    if not uri.isascii() or not uri.isprintable() or any(c in uri for c in ' "<>\\^`{|}#?@'):
        return None
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not parts.hostname:
        return None
    port = _DEFAULT_PORTS[scheme] if port is None else port
    return scheme, parts.hostname, port, parts.path.removesuffix("/")
