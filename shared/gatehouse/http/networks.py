"""Which network a browser is in, as far as its address can be believed."""

import hmac
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from gatehouse.http.request import Request

# CloudFront writes it over whatever a browser sends under that name.
_PROOF_HEADER: Final = "x-gatehouse-edge"
_IPV4_PREFIX: Final = 24
_IPV6_PREFIX: Final = 48


def network_of(request: Request, *, edge_proof: str) -> str:
    """The /24 or /48 that a browser is in, such as `203.0.113.0/24`; "" where nobody knows.

    `edge_proof` is what CloudFront, or a proxy of the operator's, proves itself by.
    """
    return network_around(_address(request, edge_proof)) or ""


def network_around(address: str) -> str | None:
    """The /24 or /48 that an address is in; None for what is none."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    # what providers hand out in one piece: one person has all of it, or gets another one of these
    # addresses at any time
    if isinstance(parsed, IPv6Address):
        # RFC 4291 section 2.5.5.2: an IPv4 address in the form of an IPv6 one
        if parsed.ipv4_mapped is None:
            # without the zone, which is about the host itself (RFC 4007 section 11)
            return str(IPv6Network((int(parsed), _IPV6_PREFIX), strict=False))
        parsed = parsed.ipv4_mapped
    return str(IPv4Network((int(parsed), _IPV4_PREFIX), strict=False))


def _address(request: Request, edge_proof: str) -> str:
    """The address that asked the edge, where one stands in front; else the one that asked us."""
    proof = request.headers.get(_PROOF_HEADER, "")
    if not edge_proof or not hmac.compare_digest(proof.encode(), edge_proof.encode()):
        return request.source_ip
    hops = [each.strip() for each in request.headers.get("x-forwarded-for", "").split(",")]
    if hops[-1] == request.source_ip:  # API Gateway adds the address that asked it
        hops.pop()
    # the last one is the edge's own word, whatever the browser sent before it
    return hops[-1] if hops else request.source_ip
