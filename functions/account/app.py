"""GET and POST /account: where people see what they allowed and how they sign in, and change it."""

from gatehouse import wiring
from gatehouse.errors import OAuthError
from gatehouse.http.account.steps import show, take_step
from gatehouse.http.handler import endpoint
from gatehouse.http.page_response import show_error_page
from gatehouse.http.request import Request
from gatehouse.http.response import Response
from gatehouse.http.visit import Visit
from gatehouse.parameters import Parameters
from gatehouse.wiring import signin


def account(request: Request) -> Response:
    """Show the page, or do what its form asks for."""
    # nothing in the page's URL means anything, and a form is made for the page itself
    nothing = Parameters(())
    visit = Visit(
        request,
        nothing,
        parameters_once_signed_in=nothing,
        client_name=None,
        stores=signin.Stores(),
        settings=wiring.settings(),
        now=wiring.now(),
    )
    return show(visit) if request.method == "GET" else take_step(visit, request.form())


def show_error(error: OAuthError, request: Request | None) -> Response:
    """A page for the person."""
    return show_error_page(error, wiring.settings().server_name)


# Only a person's own browser comes by
handler = endpoint(account, show_error=show_error, allows_cors=False)
