"""What a person is asked to allow, in words."""

from gatehouse.oauth.authorization_request import AuthorizationRequest
from gatehouse.oauth.clients import Client
from gatehouse.oauth.redirect_uris import goes_to_this_computer
from gatehouse.oauth.scopes import OFFLINE_ACCESS, SCOPES


def is_local_client(client: Client) -> bool:
    """Whether a domain answers for the client, but any program on the computer can pass for it.

    No document can tell those apart, and the MCP specification asks to warn.
    """
    return client.domain is not None and all(map(goes_to_this_computer, client.redirect_uris))


def permissions(request: AuthorizationRequest) -> tuple[str, ...]:
    """Each scope of the request in words, and the lasting access of a client that may refresh."""
    scopes = [name for name in SCOPES if name in request.scopes]
    # A refresh token is what clients expect without asking for offline access, so it is said here
    if "refresh_token" in request.client.grant_types and OFFLINE_ACCESS not in scopes:
        scopes.append(OFFLINE_ACCESS)
    return tuple(SCOPES[name] for name in scopes)
