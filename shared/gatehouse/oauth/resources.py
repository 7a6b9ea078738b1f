"""Protected resources and the `resource` parameter (RFC 8707)."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from gatehouse.errors import InvalidGrant, InvalidTarget

MCP_PATH: Final = "/mcp/mcp"
SSE_PATH: Final = "/mcp/sse"
METADATA_PATH: Final = "/.well-known/oauth-protected-resource"

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}

# A path of our host, or a URL of any other, with nothing in it that could be written in two ways.
# A segment that starts with a dot would be /../ or /.well-known. ProtectedResources in
# template.yaml has the same pattern, which tests/packaging holds against this one.
_SEGMENT: Final = "/[A-Za-z0-9_~-][A-Za-z0-9._~-]*"
_HOST: Final = r"https://[a-z0-9-]+([.][a-z0-9-]+)*(:[0-9]+)?"
DECLARABLE: Final = f"({_SEGMENT})+|{_HOST}({_SEGMENT})*"


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


def is_declarable(declared: str) -> bool:
    """Whether a resource may be declared like this: a path below the issuer, or an https URL."""
    return re.fullmatch(DECLARABLE, declared) is not None


def declared_resource(declared: str, issuer: str) -> Resource:
    """The resource of the authorization server `issuer` that is declared like this."""
    identifier, mcp = _identifier(declared, issuer), Resources(issuer).mcp
    return mcp if identifier == mcp.identifier else Resource(identifier, (identifier,))


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

    def sse(self, origin: str) -> Resource:
        """The same MCP server by HTTP+SSE, which may be at an origin of its own.

        Clients of that transport may be older than RFC 8707 and name no resource, so what opens
        the MCP endpoint opens this one as well; not the other way round.
        """
        identifier = origin + SSE_PATH
        return Resource(identifier, (identifier, *self.mcp.audiences))

    @property
    def identifiers(self) -> tuple[str, ...]:
        """Each resource identifier that tokens may be bound to, the MCP endpoint's first."""
        further = (_identifier(each, self.issuer) for each in self.declared)
        return tuple(dict.fromkeys((self.mcp.identifier, self.issuer, *further)))

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

        Raises `InvalidTarget` for a resource outside the grant, and `InvalidGrant` if nothing of
        the grant is protected here any more.
        """
        identifiers = self.identifiers
        resources = self.requested(values, default=[r for r in granted if r in identifiers])
        # what was withdrawn since is granted no more; the client has to ask the person anew
        if not resources:
            raise InvalidGrant("What was granted is not protected by this server any more")
        # RFC 8707 section 2.2: the token request may narrow what was granted, never widen it
        if not set(resources) <= set(granted):
            raise InvalidTarget("That resource is not part of what was granted")
        return resources


def _identifier(declared: str, issuer: str) -> str:
    return issuer + declared if declared.startswith("/") else declared


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
