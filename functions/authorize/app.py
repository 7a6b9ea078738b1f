"""GET and POST /oauth/authorize and /authorize (RFC 6749 section 3.1), with sign-in and consent."""

from gatehouse import wiring
from gatehouse.errors import OAuthError
from gatehouse.http.handler import endpoint
from gatehouse.http.interaction import Interaction, redirect_with_error, visit_of
from gatehouse.http.interaction_steps import show, take_step
from gatehouse.http.page_response import show_error_page
from gatehouse.http.request import Request
from gatehouse.http.response import Response
from gatehouse.oauth.authorization_request import check_request, find_destination
from gatehouse.wiring import signin


def authorize(request: Request) -> Response:
    """Check the authorization request, then show its page or do what its form asks for."""
    now, settings, parameters = wiring.now(), wiring.settings(), request.query()
    destination = find_destination(
        parameters, clients=wiring.clients(), now=now, story=request.story
    )
    # From here on the redirect URI is trusted, so errors go back to the client
    try:
        authorization = check_request(
            parameters, destination, policy=settings.policy, issuer=request.issuer
        )
        form = request.form() if request.method == "POST" else None
    except OAuthError as error:
        return redirect_with_error(destination, error, request)
    interaction = Interaction(
        visit_of(
            request, parameters, authorization, stores=signin.Stores(), settings=settings, now=now
        ),
        authorization,
        clients=wiring.clients(),
        grants=wiring.grants(),
        consents=signin.consents(),
    )
    return show(interaction) if form is None else take_step(interaction, form)


def show_error(error: OAuthError, request: Request | None) -> Response:
    """A page for the person, where there is no client to tell."""
    return show_error_page(error, wiring.settings().server_name)


# OAuth 2.1 section 3.1 forbids CORS here: only a person's own browser comes by
handler = endpoint(authorize, show_error=show_error, allows_cors=False)
