"""Which network a browser is in, as far as its address can be believed."""

import hmac
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from gatehouse.http.request import Request

# CloudFront writes it over whatever a browser sends under that name.
_PROOF_HEADER = "x-gatehouse-edge"


def network_of(request: Request, *, edge_proof: str) -> str:
    """The /24 or /48 that a browser is in, such as `203.0.113.0/24`; "" where nobody knows.

    `edge_proof` is what CloudFront, or a proxy of the operator's, proves itself by.
    """
    address = _parsed(_address(request, edge_proof))
    if address is None:
        return ""
    # one person has all of these addresses, or gets another one of them at any time
    length = 24 if isinstance(address, IPv4Address) else 48
    return str(ip_network((address, length), strict=False))


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


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
