"""The challenge of a 401 at an endpoint of the authorization server (RFC 9110 section 11.6.1).

It says how whoever asked may prove themselves.
"""

from gatehouse.errors import InvalidToken, OAuthError
from gatehouse.http.request import Request
from gatehouse.oauth.bearer_scheme import bearer_challenge


def endpoint_challenge(error: OAuthError, request: Request | None) -> str | None:
    """The `WWW-Authenticate` value that the error asks for, if it asks for one."""
    if request is None or error.status != 401:
        return None
    if isinstance(error, InvalidToken):
        return bearer_challenge(error, {"realm": request.issuer})
    # RFC 6749 section 5.2: a client that tried Basic is answered in that scheme
    if request.headers.get("authorization", "").lower().startswith("basic "):
        return f'Basic realm="{request.issuer}"'
    return None
