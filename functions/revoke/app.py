"""POST /api/oauth/revoke (RFC 7009)."""

from gatehouse import wiring
from gatehouse.http.handler import endpoint
from gatehouse.http.request import Request
from gatehouse.http.response import Response, json_response
from gatehouse.oauth.revocation import revoke_token


def revoke(request: Request) -> Response:
    """End what the token stands for; 200 as well if there is nothing to end."""
    revoke_token(
        request.form(),
        request.headers.get("authorization"),
        clients=wiring.clients(),
        assertions=wiring.client_assertions(request.issuer, request.path),
        grants=wiring.grants(),
        find_key=wiring.published_keys().find_public_key,
        issuer=request.issuer,
        now=wiring.now(),
        story=request.story,
    )
    # RFC 7009 section 2.2: the status says it all; clients that parse any answer get JSON
    return json_response(200, {})


handler = endpoint(revoke)
