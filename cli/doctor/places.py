"""Where metadata may be, by the names that the profiles use (RFC 9728 section 3.1, RFC 8414)."""

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

RESOURCE: Final = "/.well-known/oauth-protected-resource"
SERVER: Final = "/.well-known/oauth-authorization-server"
OPENID: Final = "/.well-known/openid-configuration"


def origin_of(url: str) -> str:
    """The URL without its path."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def path_of(url: str) -> str:
    """The URL's path, empty for the root."""
    path = urlsplit(url).path
    return "" if path == "/" else path


def _inserted(well_known: str) -> Callable[[str], str]:
    return lambda url: f"{origin_of(url)}{well_known}{path_of(url).rstrip('/')}"


def _behind(well_known: str) -> Callable[[str], str]:
    return lambda url: f"{origin_of(url)}{path_of(url).rstrip('/')}{well_known}"


RESOURCE_PLACES: Final[Mapping[str, Callable[[str], str]]] = {
    "path": _inserted(RESOURCE),
    "root": lambda url: origin_of(url) + RESOURCE,
}
OF_ISSUER: Final[Mapping[str, Callable[[str], str]]] = {
    "oauth": _inserted(SERVER),
    "openid": _inserted(OPENID),
    "openid_behind": _behind(OPENID),
}
OF_MCP: Final[Mapping[str, Callable[[str], str]]] = {
    "oauth_of_mcp_path": _inserted(SERVER),
    "oauth_behind_mcp_path": _behind(SERVER),
    "oauth_of_mcp_host": lambda url: origin_of(url) + SERVER,
    "openid_of_mcp_path": _inserted(OPENID),
    "openid_behind_mcp_path": _behind(OPENID),
}


def server_place(place: str, *, mcp_url: str, issuer: str) -> str:
    """The URL of authorization server metadata that a place means."""
    if place in OF_MCP:
        return OF_MCP[place](mcp_url)
    return OF_ISSUER[place](issuer)
