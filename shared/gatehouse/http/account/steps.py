"""The account page: what is shown, and what each button does."""

from gatehouse.http.page_response import page_response
from gatehouse.http.provider_steps import leave_for_provider, sign_out_everywhere
from gatehouse.http.response import Response
from gatehouse.http.sign_in_steps import show_sign_in, sign_in
from gatehouse.http.visit import Visit
from gatehouse.pages.render import account_page
from gatehouse.parameters import Parameters
from gatehouse.signin.sessions import BrowserSession

PURPOSE = "account"


def show(visit: Visit) -> Response:
    """The page of whoever is signed in; the form to sign in for anybody else."""
    session = visit.session()
    return show_sign_in(visit) if session is None else show_account(visit, session)


def take_step(visit: Visit, form: Parameters) -> Response:
    """Do what the pressed button asks for."""
    match form.get("step"):
        case "sign-in":
            return sign_in(visit, form)
        case "provider":
            return leave_for_provider(visit, form)
        case "sign-out":
            return sign_out_everywhere(visit, form, purpose=PURPOSE)
    return visit.refuse_form()


def show_account(visit: Visit, session: BrowserSession) -> Response:
    """The page itself."""
    page = account_page(
        server_name=visit.settings.server_name,
        email=session.email,
        action=visit.url,
        csrf=visit.csrf_token(visit.session_cookie or "", PURPOSE),
    )
    return page_response(page, outcome="account_shown")
