"""GET /.well-known/jwks.json (RFC 7517 section 5)."""

from gatehouse import wiring
from gatehouse.http.endpoint import endpoint
from gatehouse.http.request import Request
from gatehouse.http.response import Response, json_response


def show_keys(request: Request) -> Response:
    """The public keys that access tokens are verified with, cacheable for five minutes."""
    keys = wiring.published_keys().jwks()
    return json_response(200, keys, headers={"cache-control": "public, max-age=300"})


handler = endpoint(show_keys)
