"""One authorization request in one browser: what its steps have in common.

Each form posts to the URL of the request itself, which is checked anew at every step: nothing is
kept between them but the browser's session.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gatehouse.errors import OAuthError
from gatehouse.http.request import Request
from gatehouse.http.response import Response, redirect_response
from gatehouse.http.visit import Visit
from gatehouse.oauth.authorization_request import AuthorizationRequest, Destination
from gatehouse.oauth.clients.directory import ClientDirectory
from gatehouse.oauth.policy import Policy
from gatehouse.parameters import Parameters
from gatehouse.settings import Settings
from gatehouse.signin.stores import SignInStores

if TYPE_CHECKING:
    from gatehouse.storage.contract.grants import ConsentStore, GrantStore


@dataclass(frozen=True, slots=True)
class Interaction:
    """An authorization request that passed its checks, and the browser that brought it."""

    visit: Visit
    authorization: AuthorizationRequest
    clients: ClientDirectory
    grants: "GrantStore"
    consents: "ConsentStore"

    @property
    def policy(self) -> Policy:
        return self.visit.settings.policy

    @property
    def now(self) -> int:
        return self.visit.now

    def back_to_client(self, error: OAuthError) -> Response:
        """The redirect that tells the client of an error (RFC 6749 section 4.1.2.1)."""
        return redirect_with_error(self.authorization.destination, error, self.visit.request)


def visit_of(
    request: Request,
    parameters: Parameters,
    authorization: AuthorizationRequest,
    *,
    stores: SignInStores,
    settings: Settings,
    now: int,
) -> Visit:
    """The visit of a browser that brings an authorization request."""
    # whoever has just signed in is not asked for that again (OpenID Connect Core section 3.1.2.1)
    further = " ".join(sorted(authorization.prompts - {"login"}))
    return Visit(
        request,
        parameters,
        parameters_once_signed_in=parameters.replaced("prompt", further),
        client_name=authorization.client.name,
        stores=stores,
        settings=settings,
        now=now,
    )


def redirect_with_error(destination: Destination, error: OAuthError, request: Request) -> Response:
    """The redirect that tells the client of an error, once its redirect URI is trusted."""
    location = destination.failure(error, issuer=request.issuer)
    return redirect_response(location, outcome=error.code, reason=error.reason)
