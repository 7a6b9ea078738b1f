"""The section of the account page where a person changes their password, or does without."""

from typing import Final

from gatehouse.http.account.page import show_account
from gatehouse.http.account.problem import AccountProblem
from gatehouse.http.account.section import Steps, require_recent
from gatehouse.http.cookies import set_cookie
from gatehouse.http.password_tries import PASSWORDS_OFF, WRONG, asks_to_wait, retry_after, try_typed
from gatehouse.http.response import Response, redirect_response
from gatehouse.http.visit import SESSION_COOKIE, Visit
from gatehouse.parameters import Parameters
from gatehouse.signin.attempts import Slowed
from gatehouse.signin.passkeys.choices import NotPossible, remove_password
from gatehouse.signin.password_rule import UnfitPassword, require_fit
from gatehouse.signin.passwords import hash_password
from gatehouse.signin.people import Person
from gatehouse.signin.sessions import SignedIn, carry_on

_CHANGED: Final = "Your password is changed, and every other browser is signed out."


def _change(visit: Visit, signed_in: SignedIn, form: Parameters) -> Response:
    """Take another password from whoever knows the current one, however long they are signed in."""
    _require_passwords(visit)
    session, person = signed_in
    new = form.get("new-password") or ""
    try:
        require_fit(new, person.email)
    except UnfitPassword as error:
        raise AccountProblem(str(error), outcome="password_refused") from None
    _require_current(visit, person, form.get("current-password") or "")
    changed = visit.stores.people.change_password(
        person.email, hash_password(new), subject=person.subject
    )
    if changed is None:  # removed meanwhile
        return visit.refuse_form()
    # with a new cookie: whoever has a copy of the old one is signed out like the rest. But the
    # password alone makes no sign-in recent, for it may be half of one
    cookie, started = carry_on(session, changed, people=visit.stores.people)
    page = show_account(
        visit,
        SignedIn(started, changed),
        cookie=cookie,
        notice=_CHANGED,
        outcome="password_changed",
    )
    return page.with_cookie(set_cookie(visit.request, SESSION_COOKIE, cookie))


def _require_current(visit: Visit, person: Person, typed: str) -> None:
    # a guess at a password, for whoever found a browser that is signed in
    tried = try_typed(visit, person.email, typed)
    if isinstance(tried, Slowed):
        raise AccountProblem(
            asks_to_wait(tried), status=429, outcome="sign_in_slowed", further=retry_after(tried)
        )
    if tried is None or tried.subject != person.subject:
        raise AccountProblem(WRONG, outcome="sign_in_failed")


def _remove(visit: Visit, signed_in: SignedIn, form: Parameters) -> Response:
    """Leave passkeys as the only way in, and sign out all other browsers."""
    _require_passwords(visit)
    session, person = signed_in
    require_recent(session, now=visit.now)
    try:
        remove_password(person, session, passkeys=visit.stores.passkeys, people=visit.stores.people)
    except NotPossible as impossible:
        raise AccountProblem(str(impossible)) from None
    return redirect_response(visit.url, outcome="password_removed")


def _require_passwords(visit: Visit) -> None:
    # where the operator turned them off, the page has no such section
    if not visit.stores.providers.password_sign_in:
        raise AccountProblem(PASSWORDS_OFF, outcome="passwords_off")


PASSWORD_STEPS: Final[Steps] = {"change-password": _change, "remove-password": _remove}
