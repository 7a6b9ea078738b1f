"""GET /.well-known/oauth-authorization-server, also with a path behind it (RFC 8414 section 3).

Clients that take the MCP URL for the issuer ask with its path; there is one issuer, so the answer
is the same.
"""

from gatehouse import wiring
from gatehouse.http.handler import endpoint
from gatehouse.http.metadata_response import metadata_response
from gatehouse.http.request import Request
from gatehouse.http.response import Response
from gatehouse.oauth.metadata import authorization_server_metadata


def show_metadata(request: Request) -> Response:
    """What this authorization server can do, cacheable for five minutes."""
    document = authorization_server_metadata(request.issuer, wiring.settings().policy)
    return metadata_response(document)


handler = endpoint(show_metadata)
