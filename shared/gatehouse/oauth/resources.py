"""Protected resources and the `resource` parameter (RFC 8707)."""

from collections.abc import Sequence
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from gatehouse.errors import InvalidTarget

MCP_PATH: Final = "/mcp/mcp"
METADATA_PATH: Final = "/.well-known/oauth-protected-resource"

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


class Resource(NamedTuple):
    """A protected resource. A token for any of its `audiences` opens it, for nothing else."""

    identifier: str
    audiences: tuple[str, ...]

    @property
    def metadata_url(self) -> str:
        """Where its document is: the path moves behind (RFC 9728 section 3.1)."""
        scheme, _, rest = self.identifier.partition("://")
        host, slash, path = rest.partition("/")
        return f"{scheme}://{host}{METADATA_PATH}{slash}{path}"


class Resources(NamedTuple):
    """Every protected resource of the authorization server `issuer`.

    `declared` are those beside our own MCP endpoint: a path below the issuer, or a whole URL.
    """

    issuer: str
    declared: tuple[str, ...] = ()

    @property
    def mcp(self) -> Resource:
        """Our own MCP endpoint, whose tokens may also be for the origin."""
        return Resource(self.issuer + MCP_PATH, (self.issuer + MCP_PATH, self.issuer))

    @property
    def identifiers(self) -> tuple[str, ...]:
        """Each resource identifier that tokens may be bound to, the MCP endpoint's first."""
        further = (self.issuer + each if each.startswith("/") else each for each in self.declared)
        return (self.mcp.identifier, self.issuer, *further)

    def find(self, identifier: str) -> Resource | None:
        """The resource of that identifier, written as we write it."""
        if identifier == self.mcp.identifier:
            return self.mcp
        return Resource(identifier, (identifier,)) if identifier in self.identifiers else None

    def requested(self, values: Sequence[str], *, default: Sequence[str]) -> tuple[str, ...]:
        """Our own strings for the resources that a client named, `default` if it named none.

        Raises `InvalidTarget` for one that is not protected here.
        """
        ours = {_comparable(identifier): identifier for identifier in self.identifiers}
        resources = []
        for value in filter(None, values):
            resource = ours.get(_comparable(value))
            # RFC 8707 section 2: a resource that is unknown to the server
            if resource is None:
                raise InvalidTarget(
                    f"No access token is issued for that resource, only for {self.mcp.identifier}"
                )
            resources.append(resource)
        return tuple(dict.fromkeys(resources)) or tuple(default)

    def narrowed(self, values: Sequence[str], *, granted: Sequence[str]) -> tuple[str, ...]:
        """The granted resources that a token request asks for, all of them if it names none.

        Raises `InvalidTarget` for a resource outside the grant.
        """
        resources = self.requested(values, default=granted)
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
