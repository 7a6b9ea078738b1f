"""For how long the headers of an HTTP response let it be kept (RFC 9111)."""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Final

_LONGEST: Final = 2**31  # RFC 9111 section 1.2.2


def fresh_for(headers: Mapping[str, str], now: float) -> int:
    """Seconds from `now`, when the response came; 0 where the headers forbid it or say nothing.

    The names of `headers` are lower-case. What is kept here is for one reader, this
    server: `s-maxage` and `private`, which are for caches that many share, change nothing.
    """
    directives = _directives(headers.get("cache-control") or "")
    if "no-store" in directives or "no-cache" in directives:
        return 0
    # RFC 9111 section 5.3: max-age goes before Expires, even where it makes no sense
    lifetime = (
        _seconds(directives["max-age"]) if "max-age" in directives else _until_expiry(headers, now)
    )
    # RFC 9111 section 4.2.3: it may have been kept on the way already
    return max(0, lifetime - _seconds(headers.get("age") or "0"))


def _directives(field: str) -> dict[str, str]:
    directives: dict[str, str] = {}
    for part in field.split(","):
        name, _, value = part.partition("=")
        # RFC 9111 section 4.2.1: of a directive that is repeated the first counts
        directives.setdefault(name.strip().lower(), value.strip().strip('"'))
    return directives


def _seconds(value: str) -> int:
    # RFC 9111 section 4.2.1: what cannot be read makes the response stale
    is_number = value.isascii() and value.isdigit()
    return min(int(value[:12]), _LONGEST) if is_number else 0


def _until_expiry(headers: Mapping[str, str], now: float) -> int:
    expires = _time(headers.get("expires"))
    if expires is None:
        return 0
    # RFC 9111 section 4.2.1: by the clock of the server that set it
    date = _time(headers.get("date"))
    return int(max(0, min(expires - (now if date is None else date), _LONGEST)))


def _time(value: str | None) -> float | None:
    try:
        return parsedate_to_datetime(value).timestamp() if value else None
    except (ValueError, OverflowError):
        return None
