"""The section of the account page where a person changes their password."""

from gatehouse.http.account.page import own_session, show_account
from gatehouse.http.cookies import set_cookie
from gatehouse.http.password_tries import WRONG, asks_to_wait, retry_after, try_typed
from gatehouse.http.response import Response
from gatehouse.http.sign_in_steps import start_here
from gatehouse.http.visit import SESSION_COOKIE, Visit
from gatehouse.parameters import Parameters
from gatehouse.signin.attempts import Slowed
from gatehouse.signin.password_rule import UnfitPassword, require_fit
from gatehouse.signin.passwords import hash_password
from gatehouse.signin.people import Person

_CHANGED = "Your password is changed, and every other browser is signed out."


def change_password(visit: Visit, form: Parameters) -> Response:
    """Take another password from whoever knows the current one."""
    session = own_session(visit, form)
    if session is None:
        return visit.refuse_form()
    new = form.get("new-password") or ""
    try:
        require_fit(new, session.email)
    except UnfitPassword as error:
        return show_account(
            visit, session, problem=str(error), status=400, outcome="password_refused"
        )
    # a guess at a password, for whoever found a browser that is signed in
    tried = try_typed(visit, session.email, form.get("current-password") or "")
    if isinstance(tried, Slowed):
        return show_account(
            visit,
            session,
            problem=asks_to_wait(tried),
            status=429,
            outcome="sign_in_slowed",
            further=retry_after(tried),
        )
    if tried is None or tried.subject != session.subject:
        return show_account(visit, session, problem=WRONG, status=400, outcome="sign_in_failed")
    return _change(visit, tried, new)


def _change(visit: Visit, person: Person, new: str) -> Response:
    changed = visit.stores.people.change_password(
        person.email, hash_password(new), subject=person.subject
    )
    if changed is None:  # removed meanwhile
        return visit.refuse_form()
    # with a new cookie: whoever has a copy of the old one is signed out like the rest
    cookie, started = start_here(visit, changed)
    page = show_account(visit, started, cookie=cookie, notice=_CHANGED, outcome="password_changed")
    return page.with_cookie(set_cookie(visit.request, SESSION_COOKIE, cookie))
