"""GET /sign-in/callback/{provider}: where identity providers send people back to."""

from gatehouse import wiring
from gatehouse.errors import OAuthError
from gatehouse.http.handler import endpoint
from gatehouse.http.page_response import show_error_page
from gatehouse.http.provider_callback import come_back
from gatehouse.http.request import Request
from gatehouse.http.response import Response
from gatehouse.wiring import signin

signin.providers()  # a mistake in the environment shows when the function starts


def callback(request: Request) -> Response:
    """Sign in whoever the provider says it is."""
    settings = wiring.settings()
    return come_back(request, stores=signin.Stores(), settings=settings, now=wiring.now())


def show_error(error: OAuthError, request: Request | None) -> Response:
    """A page for the person."""
    return show_error_page(error, wiring.settings().server_name)


# Only a person's own browser comes by
handler = endpoint(callback, show_error=show_error, allows_cors=False)
