"""URLs compared as clients compare them."""

from typing import Any
from urllib.parse import urlsplit

from cli.doctor.targets import is_loopback


def covers(resource: Any, url: str) -> bool:
    """Whether `resource` is `url` or a path above it, by whole segments."""
    if not isinstance(resource, str):
        return False
    try:
        wanted, asked = urlsplit(resource), urlsplit(url)
    except ValueError:
        return False
    same_origin = (wanted.scheme.lower(), wanted.netloc.lower()) == (
        asked.scheme.lower(),
        asked.netloc.lower(),
    )
    path = wanted.path.rstrip("/")
    return same_origin and f"{asked.path.rstrip('/')}/".startswith(f"{path}/")


def only_a_slash_apart(one: Any, other: str) -> bool:
    """Whether two different URLs are the same but for a slash at the end."""
    return isinstance(one, str) and one != other and one.rstrip("/") == other.rstrip("/")


def is_safe_endpoint(url: Any) -> bool:
    """Whether it is an https URL, or one of this machine (RFC 8414 section 2)."""
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(url))


def is_loopback_redirect(uri: str) -> bool:
    """Whether a redirect URI is of a client on the person's machine (RFC 8252 section 7.3)."""
    return uri.startswith("http://") and is_loopback(uri)
