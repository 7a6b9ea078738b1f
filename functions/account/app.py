"""/account: where people see what they allowed and how they sign in, and change it.

/account/invitation: where a link of the operator's leads.
"""

from gatehouse import wiring
from gatehouse.errors import OAuthError
from gatehouse.http.account.invitation import show_invitation, take_invitation
from gatehouse.http.account.steps import show, take_step
from gatehouse.http.handler import endpoint
from gatehouse.http.page_response import show_error_page
from gatehouse.http.request import Request
from gatehouse.http.response import Response
from gatehouse.http.visit import Visit
from gatehouse.parameters import Parameters
from gatehouse.signin.invitations import PATH as INVITATION
from gatehouse.wiring import signin


def account(request: Request) -> Response:
    """Show the page, or do what its form asks for."""
    is_get = request.method == "GET"
    if request.path == INVITATION:
        code = request.query().get("code")
        visit = _visit(request, Parameters([("code", code)] if code else ()))
        return show_invitation(visit) if is_get else take_invitation(visit, request.form())
    # nothing in the page's URL means anything, and a form is made for the page itself
    visit = _visit(request, Parameters(()))
    return show(visit) if is_get else take_step(visit, request.form())


def _visit(request: Request, parameters: Parameters) -> Visit:
    return Visit(
        request,
        parameters,
        parameters_once_signed_in=parameters,
        client_name=None,
        stores=signin.Stores(),
        settings=wiring.settings(),
        now=wiring.now(),
    )


def show_error(error: OAuthError, request: Request | None) -> Response:
    """A page for the person."""
    return show_error_page(error, wiring.settings().server_name)


# Only a person's own browser comes by
handler = endpoint(account, show_error=show_error, allows_cors=False)
