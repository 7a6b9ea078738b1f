"""Redirect URIs: which may be registered, and which match a registered one."""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import SplitResult, urlencode, urlsplit

from gatehouse.errors import InvalidRedirectUri

# Told by the whole authority, not by a parser's idea of the host: parsers disagree on brackets.
_LOOPBACK: Final = re.compile(r"(127\.0\.0\.1|\[::1\]|localhost)(:\d{1,5})?", re.IGNORECASE)
_WEB_HOST: Final = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?")

# Schemes that run, read or render something instead of handing the code to an app.
_REFUSED_SCHEMES: Final = frozenset(
    {
        *("about", "blob", "chrome", "data", "file", "filesystem", "ftp", "intent", "javascript"),
        *("chrome-extension", "edge", "ftps", "hcp", "jnlp", "jnlps", "res", "search", "shell"),
        *("gopher", "jar", "ldap", "ldaps", "mailto", "mhtml", "nfs", "resource", "search-ms"),
        *("sftp", "smb", "sms", "ssh", "tel", "telnet", "vbscript", "view-source", "ws", "wss"),
    }
)
_REFUSED_PREFIX: Final = "ms-"

# The characters of RFC 3986 section 2 without `#`: no spaces, controls or backslashes, which
# browsers and parsers read differently.
_URI: Final = re.compile(r"(?:[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2}){1,2048}")


def require_registrable(uri: str) -> None:
    """Raise `InvalidRedirectUri` unless `uri` may be registered.

    Accepted are https URLs, http on the loopback interface (RFC 8252 section 7.3) and private-use
    schemes (section 7.1) that carry a host or, as that section asks, a dot.
    """
    # RFC 6749 section 3.1.2: an absolute URI without a fragment
    if not _URI.fullmatch(uri):
        raise InvalidRedirectUri("A redirect URI is an absolute URI without a fragment")
    parts = _split(uri)
    if not parts.scheme:
        raise InvalidRedirectUri("A redirect URI is an absolute URI with a scheme")
    if "@" in parts.netloc:
        raise InvalidRedirectUri("A redirect URI carries no user name or password")
    if parts.scheme == "https":
        if not _WEB_HOST.fullmatch(parts.netloc):
            raise InvalidRedirectUri("An https redirect URI names a host")
    elif parts.scheme == "http":
        # RFC 8252 section 8.3 asks for the IP literals; real clients register localhost too
        if not _LOOPBACK.fullmatch(parts.netloc):
            raise InvalidRedirectUri("An http redirect URI is allowed on the loopback host only")
    elif _is_refused(parts.scheme) or not (parts.netloc or "." in parts.scheme):
        raise InvalidRedirectUri("That scheme is not accepted in a redirect URI")


def is_registrable(uri: str) -> bool:
    """Whether `uri` may be registered."""
    try:
        require_registrable(uri)
    except InvalidRedirectUri:
        return False
    return True


def is_registered(presented: str, registered: Iterable[str]) -> bool:
    """Whether `presented` is one of the `registered` URIs.

    Strings are compared as they are (RFC 9700 section 4.1.3), except that the port of a loopback
    URI is free (RFC 8252 section 7.3).
    """
    return any(presented == uri or _same_but_for_port(presented, uri) for uri in registered)


def goes_to_this_computer(uri: str) -> bool:
    """Whether the code is handed to a program on the person's own computer."""
    parts = _split(uri)
    return parts.scheme not in ("http", "https") or bool(_LOOPBACK.fullmatch(parts.netloc))


def display_host(uri: str) -> str:
    """Where the redirect goes, short enough for a person to judge."""
    parts = _split(uri)
    if parts.scheme == "https":
        return parts.netloc
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"


def consent_host(uri: str) -> str:
    """What a person allowed a redirect to: its host, whatever the free port of loopback is."""
    parts = _split(uri)
    loopback = _LOOPBACK.fullmatch(parts.netloc) if parts.scheme == "http" else None
    return f"http://{loopback[1].lower()}" if loopback else display_host(uri)


def with_parameters(uri: str, parameters: dict[str, str]) -> str:
    """`uri` with `parameters` added to its query, which is kept (RFC 6749 section 3.1.2)."""
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode(parameters)}"


def _same_but_for_port(presented: str, registered: str) -> bool:
    if not (_URI.fullmatch(presented) and presented.startswith("http://")):
        return False
    try:
        left, right = _split(presented), _split(registered)
    except InvalidRedirectUri:
        return False
    hosts = _LOOPBACK.fullmatch(left.netloc), _LOOPBACK.fullmatch(right.netloc)
    if right.scheme != "http" or hosts[0] is None or hosts[1] is None:
        return False
    # what follows the authority is compared as it was written, question mark included
    rest = presented.partition(left.netloc)[2], registered.partition(right.netloc)[2]
    return hosts[0][1] == hosts[1][1] and rest[0] == rest[1]


def _is_refused(scheme: str) -> bool:
    return scheme in _REFUSED_SCHEMES or scheme.startswith(_REFUSED_PREFIX)


def _split(uri: str) -> SplitResult:
    try:
        parts = urlsplit(uri)
        _ = parts.port
    except ValueError as error:
        raise InvalidRedirectUri("That redirect URI cannot be parsed") from error
    return parts
