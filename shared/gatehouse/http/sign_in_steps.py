"""The steps that say who is at the browser."""

from typing import Final

from gatehouse.http.browsers import browser_of
from gatehouse.http.cookies import clear_cookie, set_cookie
from gatehouse.http.page_response import NO_HEADERS, page_response
from gatehouse.http.password_tries import (
    MISMATCH,
    PASSWORDS_OFF,
    asks_to_wait,
    retry_after,
    try_typed,
)
from gatehouse.http.response import Response, redirect_response
from gatehouse.http.second_factor import ask_for_passkey
from gatehouse.http.visit import BROWSER_COOKIE, DEVICE_COOKIE, OUT_OF_DATE, SESSION_COOKIE, Visit
from gatehouse.oauth.secret_values import digest, new_secret
from gatehouse.pages.render import sign_in_page
from gatehouse.parameters import Parameters
from gatehouse.signin.attempts import Slowed
from gatehouse.signin.devices import REMEMBERED, remember_device
from gatehouse.signin.passkeys.options import request_options
from gatehouse.signin.people import Person
from gatehouse.signin.sessions import start_session

_PURPOSE: Final = "sign-in"


def show_sign_in(
    visit: Visit,
    *,
    email: str = "",
    problem: str | None = None,
    outcome: str = "sign_in_shown",
    reason: str = "",
    slowed: Slowed | None = None,
) -> Response:
    """The form for email address and password, and a button for each other way to sign in.

    `slowed` is who has to wait with a password.
    """
    # kept if there is one: a second tab must not spoil the form in the first
    cookie = visit.browser_cookie or new_secret()
    if slowed:
        problem, outcome = asks_to_wait(slowed), "sign_in_slowed"
    page = sign_in_page(
        server_name=visit.settings.server_name,
        client_name=visit.client_name,
        action=visit.url,
        csrf=visit.csrf_token(cookie, _PURPOSE),
        providers=[(each.id, each.name) for each in visit.stores.providers],
        asks_for_password=visit.stores.providers.password_sign_in,
        email=email,
        problem=problem,
        passkey=request_options(visit.ceremony(cookie, "passkey sign-in")),
    )
    status = 429 if slowed else 400 if problem else 200
    further = retry_after(slowed) if slowed else NO_HEADERS
    response = page_response(page, status=status, outcome=outcome, reason=reason, further=further)
    return response.with_cookie(set_cookie(visit.request, BROWSER_COOKIE, cookie))


def refuse_stale_form(visit: Visit, form: Parameters) -> Response | None:
    """The page anew, where the form of a way to sign in did not come from it; else None."""
    if visit.is_ours(form, visit.browser_cookie, _PURPOSE):
        return None
    return show_sign_in(visit, problem=OUT_OF_DATE)


def sign_in(visit: Visit, form: Parameters) -> Response:
    """Start a session for whoever the email address and the password belong to.

    Or ask for a passkey, where the person wants to be asked for both.
    """
    if stale := refuse_stale_form(visit, form):
        return stale
    if not visit.stores.providers.password_sign_in:
        return show_sign_in(visit, problem=PASSWORDS_OFF)
    email = form.get("email") or ""
    tried = try_typed(visit, email, form.get("password") or "")
    if isinstance(tried, Slowed):
        return show_sign_in(visit, email=email, slowed=tried)
    if tried is None:
        return show_sign_in(visit, email=email, problem=MISMATCH, outcome="sign_in_failed")
    if tried.owes_passkey:
        return ask_for_passkey(visit, tried)
    return let_in(visit, tried, visit.url_once_signed_in, outcome="signed_in")


def let_in(
    visit: Visit, person: Person, location: str, *, outcome: str, provider: str | None = None
) -> Response:
    """Start a session for a person who proved who they are, and go on to `location`.

    `provider` is where they proved it, None for here.
    """
    # A new cookie at each sign-in: one that was planted before is worth nothing afterwards
    cookie, _ = start_session(
        person,
        people=visit.stores.people,
        now=visit.now,
        lifetime=visit.settings.session_lifetime,
        network=visit.network,
        browser=browser_of(visit.request),
        provider=provider,
    )
    response = redirect_response(location, outcome=outcome)
    response = response.with_cookie(set_cookie(visit.request, SESSION_COOKIE, cookie))
    if person.password_hash is None:
        # nobody guesses at a password that is not there
        return response
    device = remember_device(
        person, visit.device_cookie, attempts=visit.stores.attempts, now=visit.now
    )
    return response.with_cookie(
        set_cookie(visit.request, DEVICE_COOKIE, device, max_age=REMEMBERED)
    )


def sign_out(visit: Visit, form: Parameters, *, purpose: str) -> Response:
    """End the session, so that somebody else can sign in; `purpose` is that of the page's form."""
    if not visit.is_ours(form, visit.session_cookie, purpose):
        return visit.refuse_form()
    visit.stores.people.end_session(digest(visit.session_cookie or ""))
    response = redirect_response(visit.url, outcome="signed_out")
    return response.with_cookie(clear_cookie(visit.request, SESSION_COOKIE))
