"""GET /.well-known/jwks.json (RFC 7517 section 5)."""

from gatehouse import wiring
from gatehouse.http.handler import endpoint
from gatehouse.http.request import Request
from gatehouse.http.response import Response, json_response
from gatehouse.keys.rotation import JWKS_LIFETIME


def show_keys(request: Request) -> Response:
    """The public keys that access tokens are verified with, cacheable for five minutes."""
    jwks = wiring.published_keys().jwks()
    # a new stack has no key until its first token request makes one
    caching = f"public, max-age={JWKS_LIFETIME}" if jwks["keys"] else "no-store"
    return json_response(200, jwks, headers={"cache-control": caching})


handler = endpoint(show_keys)
