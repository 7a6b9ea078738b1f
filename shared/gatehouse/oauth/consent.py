"""What a person is asked to allow, in words."""

from gatehouse.oauth.authorization_request import AuthorizationRequest
from gatehouse.oauth.scopes import OFFLINE_ACCESS, SCOPES


def permissions(request: AuthorizationRequest) -> tuple[str, ...]:
    """Each scope of the request in words, and the lasting access of a client that may refresh."""
    scopes = [name for name in SCOPES if name in request.scopes]
    # A refresh token is what clients expect without asking for offline access, so it is said here
    if "refresh_token" in request.client.grant_types and OFFLINE_ACCESS not in scopes:
        scopes.append(OFFLINE_ACCESS)
    return tuple(SCOPES[name] for name in scopes)
