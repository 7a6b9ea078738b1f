"""About where a request comes from: enough for a person to know it again, and no whole address."""

import re
from typing import Final

from gatehouse.http.networks import network_around
from gatehouse.http.request import Request

_COUNTRY: Final = re.compile(r"[A-Z]{2}")  # ISO 3166-1


def approximate_origin(request: Request, *, behind_cloudfront: bool) -> str | None:
    """The network of whoever sent the request, and the country where CloudFront tells it.

    Such as `203.0.113.0/24` or `2001:db8:1::/48 (NL)`; None where neither is known. Whoever asks
    the API past CloudFront can claim any: it is told to people, and nothing is decided by it.
    """
    if not behind_cloudfront:
        return network_around(request.source_ip)
    # The address that asked API Gateway is CloudFront's own. Its word for the viewer's has the port
    # behind the last colon, and an IPv6 address without brackets
    address = request.headers.get("cloudfront-viewer-address", "").rpartition(":")[0]
    country = request.headers.get("cloudfront-viewer-country", "")
    known = (
        network_around(address.strip("[]")),
        f"({country})" if _COUNTRY.fullmatch(country) else None,
    )
    return " ".join(filter(None, known)) or None
