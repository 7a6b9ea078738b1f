"""The steps that say who is at the browser."""

from gatehouse.http.cookies import clear_cookie, set_cookie
from gatehouse.http.page_response import page_response
from gatehouse.http.response import Response, redirect_response
from gatehouse.http.second_factor import ask_for_passkey
from gatehouse.http.visit import BROWSER_COOKIE, SESSION_COOKIE, Visit
from gatehouse.oauth.secret_values import digest, new_secret
from gatehouse.pages.render import sign_in_page
from gatehouse.parameters import Parameters
from gatehouse.signin.passkeys.options import request_options
from gatehouse.signin.people import Person, find_person
from gatehouse.signin.sessions import start_session


def show_sign_in(
    visit: Visit,
    *,
    email: str = "",
    problem: str | None = None,
    outcome: str = "sign_in_shown",
    reason: str = "",
) -> Response:
    """The form for email address and password, and a button for each other way to sign in."""
    # kept if there is one: a second tab must not spoil the form in the first
    cookie = visit.browser_cookie or new_secret()
    page = sign_in_page(
        server_name=visit.settings.server_name,
        client_name=visit.client_name,
        action=visit.url,
        csrf=visit.csrf_token(cookie, "sign-in"),
        providers=[(each.id, each.name) for each in visit.stores.providers],
        asks_for_password=visit.stores.providers.password_sign_in,
        email=email,
        problem=problem,
        passkey=request_options(visit.ceremony(cookie, "passkey sign-in")),
    )
    response = page_response(page, status=400 if problem else 200, outcome=outcome, reason=reason)
    return response.with_cookie(set_cookie(visit.request, BROWSER_COOKIE, cookie))


def sign_in(visit: Visit, form: Parameters) -> Response:
    """Start a session for whoever the email address and the password belong to.

    Or ask for a passkey, where the person wants to be asked for both.
    """
    if not visit.is_ours(form, visit.browser_cookie, "sign-in"):
        return show_sign_in(visit, problem="This page was out of date. Please try again.")
    if not visit.stores.providers.password_sign_in:
        return show_sign_in(visit, problem="Passwords are not accepted here.")
    email, password = form.get("email") or "", form.get("password") or ""
    person = find_person(email, password, people=visit.stores.people)
    if person is None:
        problem = "That email address and password do not match."
        return show_sign_in(visit, email=email, problem=problem, outcome="sign_in_failed")
    if person.password_needs_passkey and person.passkeys:
        return ask_for_passkey(visit, person)
    return begin_session(visit, person)


def begin_session(visit: Visit, person: Person) -> Response:
    """Sign a person in who proved who they are, and go on."""
    # A new cookie at each sign-in: one that was planted before is worth nothing afterwards
    cookie = start_session(
        person,
        people=visit.stores.people,
        now=visit.now,
        lifetime=visit.settings.session_lifetime,
    )
    response = redirect_response(visit.url_once_signed_in, outcome="signed_in")
    return response.with_cookie(set_cookie(visit.request, SESSION_COOKIE, cookie))


def sign_out(visit: Visit, form: Parameters, *, purpose: str) -> Response:
    """End the session, so that somebody else can sign in; `purpose` is that of the page's form."""
    if not visit.is_ours(form, visit.session_cookie, purpose):
        return visit.refuse_form()
    visit.stores.people.end_session(digest(visit.session_cookie or ""))
    response = redirect_response(visit.url, outcome="signed_out")
    return response.with_cookie(clear_cookie(visit.request, SESSION_COOKIE))
