"""About where a request comes from: enough for a person to know it again, and no whole address."""

import re
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from gatehouse.http.request import Request

# What providers hand out in one piece to many customers, and to one
_IPV4_PREFIX: Final = 24
_IPV6_PREFIX: Final = 48
_COUNTRY: Final = re.compile(r"[A-Z]{2}")  # ISO 3166-1


def approximate_origin(request: Request, *, behind_cloudfront: bool) -> str | None:
    """The network of whoever sent the request, and the country where CloudFront tells it.

    Such as `203.0.113.0/24` or `2001:db8:1::/48 (NL)`; None where neither is known. Whoever asks
    the API past CloudFront can claim any: it is told to people, and nothing is decided by it.
    """
    if not behind_cloudfront:
        return _network(request.source_ip)
    # The address that asked API Gateway is CloudFront's own. Its word for the viewer's has the port
    # behind the last colon, and an IPv6 address without brackets
    address = request.headers.get("cloudfront-viewer-address", "").rpartition(":")[0]
    country = request.headers.get("cloudfront-viewer-country", "")
    known = (_network(address), f"({country})" if _COUNTRY.fullmatch(country) else None)
    return " ".join(filter(None, known)) or None


def _network(address: str) -> str | None:
    try:
        parsed = ip_address(address.strip("[]"))
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address):
        # RFC 4291 section 2.5.5.2: an IPv4 address in the form of an IPv6 one
        if parsed.ipv4_mapped is None:
            # without the zone, which is about the host itself (RFC 4007 section 11)
            return str(IPv6Network((int(parsed), _IPV6_PREFIX), strict=False))
        parsed = parsed.ipv4_mapped
    return str(IPv4Network((int(parsed), _IPV4_PREFIX), strict=False))
