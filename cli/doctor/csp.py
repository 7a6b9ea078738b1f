"""What a page's Content-Security-Policy says of where its form may lead (CSP Level 3)."""

import re
from typing import Final
from urllib.parse import urlsplit

from cli.doctor.places import origin_of

_SOURCE: Final = re.compile(
    r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?(?P<host>\*|(?:\*\.)?[^:/]+)(?::(?P<port>\*|\d+))?(?:/.*)?",
    re.IGNORECASE,
)
_PORTS: Final = {"http": 80, "https": 443}


def directive(policies: list[str], name: str) -> list[list[str]]:
    """The sources of a directive, one list for each policy that has it."""
    found = []
    for policy in ",".join(policies).split(","):
        for each in policy.split(";"):
            words = each.split()
            if words and words[0].lower() == name:
                found.append(words[1:])
                break
    return found


def may_lead_to(policies: list[str], page_url: str, redirect_uri: str) -> bool:
    """Whether a form of the page may end at the redirect URI.

    Chromium holds `form-action` against every redirect after a form; without it a form may lead
    anywhere. Paths do not count after a redirect.
    """
    return all(
        any(_matches(source, page_url, redirect_uri) for source in sources)
        for sources in directive(policies, "form-action")
    )


def _matches(source: str, page_url: str, target: str) -> bool:
    parts = urlsplit(target)
    if source.lower() == "'self'":
        return origin_of(target) == origin_of(page_url)
    if source == "*":
        return parts.scheme in _PORTS
    if source.endswith(":"):
        scheme = source[:-1].lower()
        return parts.scheme == scheme or (scheme, parts.scheme) == ("http", "https")
    match = _SOURCE.fullmatch(source)
    return bool(match) and _matches_host(match, page_url, target)


def _matches_host(match: re.Match[str] | None, page_url: str, target: str) -> bool:
    if match is None:
        return False
    parts = urlsplit(target)
    scheme = (match["scheme"] or urlsplit(page_url).scheme).lower()
    if parts.scheme != scheme and (scheme, parts.scheme) != ("http", "https"):
        return False
    host, wanted = (parts.hostname or "").lower(), match["host"].lower()
    if wanted.startswith("*"):
        if not host.endswith(wanted[1:]):
            return False
    elif host != wanted:
        return False
    port = parts.port or _PORTS.get(parts.scheme)
    return match["port"] == "*" or port == int(match["port"] or _PORTS.get(parts.scheme) or 0)
