"""POST /api/oauth/register and /register (RFC 7591 section 3)."""

from gatehouse import wiring
from gatehouse.http.handler import endpoint
from gatehouse.http.request import Request
from gatehouse.http.response import Response, json_response
from gatehouse.oauth.registration import register_client


def register(request: Request) -> Response:
    """Register a client; nothing is stored unless every member was accepted."""
    client = register_client(
        request.json(),
        clients=wiring.client_store(),
        policy=wiring.settings().policy,
        issuer=request.issuer,
        now=wiring.now(),
        story=request.story,
    )
    return json_response(201, client)


handler = endpoint(register)
