"""Which URLs the doctor asks: a server's documents name others, and might name anything."""

import socket
from typing import Final
from urllib.parse import urlsplit

from gatehouse.fetch.addresses import is_public

_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_PORTS: Final = {"https": 443, "http": 80}


def is_loopback(url: str) -> bool:
    """Whether the URL's host is this machine, by one of the names that clients use."""
    try:
        return urlsplit(url).hostname in _LOOPBACK
    except ValueError:
        return False


def why_not_asked(url: str, mcp_url: str) -> str:
    """Why the doctor does not ask `url` while it examines `mcp_url`; empty if it does.

    The host of the MCP URL was chosen by whoever runs the doctor. Another has to be public and
    spoken to by https (RFC 9728 section 7.7), but for servers that all are on this machine.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return "that is no URL"
    if not host or not port or parts.username is not None or parts.scheme not in _PORTS:
        return "that is no http or https URL"
    chosen = host == urlsplit(mcp_url).hostname
    if chosen or (is_loopback(mcp_url) and is_loopback(url)):
        return ""
    return "it is not https" if parts.scheme != "https" else _why_not_public(host, port)


def _why_not_public(host: str, port: int) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return "its host has no address"
    if not all(is_public(str(address[0])) for *_, address in found):
        return "its host is inside a private network"
    return ""
