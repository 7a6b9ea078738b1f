"""POST /api/oauth/introspect (RFC 7662)."""

from gatehouse import wiring
from gatehouse.http.handler import endpoint
from gatehouse.http.request import Request
from gatehouse.http.response import Response, json_response
from gatehouse.oauth.introspection import Introspection, introspect_token


def introspect(request: Request) -> Response:
    """Whether the token is good, and for what."""
    answer = introspect_token(
        request.form(),
        request.headers.get("authorization"),
        Introspection(
            wiring.grants(),
            wiring.published_keys().find_public_key,
            wiring.settings().policy,
            request.issuer,
            wiring.now(),
        ),
        clients=wiring.clients(),
        assertions=wiring.client_assertions(request.issuer, request.path),
        story=request.story,
    )
    return json_response(200, answer)


# Whoever may ask has a secret or a key, which no page of a browser keeps
handler = endpoint(introspect, allows_cors=False)
