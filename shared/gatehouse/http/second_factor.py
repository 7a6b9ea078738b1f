"""The page between password and passkey."""

from gatehouse.http.cookies import set_cookie
from gatehouse.http.page_response import page_response
from gatehouse.http.response import Response
from gatehouse.http.visit import PENDING_COOKIE, Visit
from gatehouse.pages.render import second_factor_page
from gatehouse.signin.passkeys.choices import passkeys_of
from gatehouse.signin.passkeys.options import request_options
from gatehouse.signin.pending import start_pending
from gatehouse.signin.people import Person

PURPOSE = "second factor"


def ask_for_passkey(visit: Visit, person: Person) -> Response:
    """Ask whoever gave the person's password for a passkey of theirs."""
    cookie = start_pending(person, pending=visit.stores.pending_sign_ins, now=visit.now)
    response = show_second_factor(visit, person, cookie)
    return response.with_cookie(set_cookie(visit.request, PENDING_COOKIE, cookie))


def show_second_factor(
    visit: Visit,
    person: Person,
    cookie: str,
    *,
    problem: str | None = None,
    outcome: str = "passkey_asked",
    reason: str = "",
) -> Response:
    """The page itself, for the browser whose cookie says that it gave the password."""
    theirs = passkeys_of(person, visit.stores.passkeys)
    page = second_factor_page(
        server_name=visit.settings.server_name,
        email=person.email,
        action=visit.url,
        csrf=visit.csrf_token(cookie, PURPOSE),
        passkey=request_options(visit.ceremony(cookie, "passkey after password"), theirs),
        problem=problem,
    )
    return page_response(page, status=400 if problem else 200, outcome=outcome, reason=reason)
