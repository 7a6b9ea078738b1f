"""GET and POST /oauth/authorize and /authorize (RFC 6749 section 3.1), with sign-in and consent."""

from gatehouse import wiring
from gatehouse.errors import OAuthError
from gatehouse.http.endpoint import endpoint
from gatehouse.http.page_response import show_error_page
from gatehouse.http.request import Request
from gatehouse.http.response import Response, redirect_response
from gatehouse.oauth.authorization_request import check_request, find_destination
from gatehouse.signin.interaction import Interaction, show, take_step


def authorize(request: Request) -> Response:
    """Check the authorization request, then show its page or do what its form asks for."""
    parameters = request.query()
    destination = find_destination(
        parameters, clients=wiring.clients(), now=wiring.now(), story=request.story
    )
    # From here on the redirect URI is trusted, so errors go back to the client
    try:
        authorization = check_request(
            parameters, destination, policy=wiring.settings().policy, issuer=request.issuer
        )
        interaction = Interaction(request, parameters, authorization)
        if request.method == "POST":
            return take_step(interaction, request.form())
        return show(interaction)
    except OAuthError as error:
        location = destination.failure(error, issuer=request.issuer)
        return redirect_response(location, outcome=error.code, reason=error.reason)


# OAuth 2.1 section 7.13 forbids CORS here: only a person's own browser comes by
handler = endpoint(authorize, show_error=show_error_page, allows_cors=False)
