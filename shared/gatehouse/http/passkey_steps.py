"""The steps that take a passkey: instead of email address and password, or after them."""

from gatehouse.http.cookies import clear_cookie
from gatehouse.http.response import Response
from gatehouse.http.second_factor import PURPOSE, show_second_factor
from gatehouse.http.sign_in_steps import let_in, refuse_stale_form, show_sign_in
from gatehouse.http.visit import PENDING_COOKIE, Visit
from gatehouse.parameters import Parameters
from gatehouse.signin.attempts import forget_failures
from gatehouse.signin.passkeys.ceremony import Ceremony
from gatehouse.signin.passkeys.passkey import PasskeyRefused
from gatehouse.signin.passkeys.signing_in import find_person_by_passkey
from gatehouse.signin.pending import PendingSignIn, find_pending, finish_pending
from gatehouse.signin.people import Person

# The same whatever was wrong, so that nobody learns which passkeys there are
_REFUSED = "That passkey did not work here. Try again, or sign in another way."


def sign_in_with_passkey(visit: Visit, form: Parameters) -> Response:
    """Start a session for the person whose passkey it is: it is two factors by itself."""
    if stale := refuse_stale_form(visit, form):
        return stale
    ceremony = visit.ceremony(visit.browser_cookie or "", "passkey sign-in")
    try:
        person = _person(visit, form, ceremony)
    except PasskeyRefused as refused:
        return show_sign_in(visit, problem=_REFUSED, outcome="passkey_refused", reason=str(refused))
    return let_in(visit, person, visit.url_once_signed_in, outcome="signed_in")


def confirm_with_passkey(visit: Visit, form: Parameters) -> Response:
    """Start a session for a person who has given their password, if the passkey is theirs."""
    cookie = visit.pending_cookie or ""
    found = find_pending(cookie, pending=visit.stores.pending_sign_ins, now=visit.now)
    if found is None or not visit.is_ours(form, cookie, PURPOSE):
        return _start_over(visit, "no password was given in this browser just now")
    ceremony = visit.ceremony(cookie, "passkey after password")
    try:
        person = _person(visit, form, ceremony, subject=found.subject)
    except PasskeyRefused as refused:
        # counted by nothing that slows down: a signature is not found by guessing
        return _ask_again(visit, found, cookie, str(refused))
    if not found.is_of(person):
        return _start_over(visit, "the password that was given is another one by now")
    if not finish_pending(found, pending=visit.stores.pending_sign_ins):
        return _start_over(visit, "the sign-in was finished before")
    forget_failures(
        person,
        network=visit.network,
        device=visit.device_cookie,
        attempts=visit.stores.attempts,
        now=visit.now,
    )
    response = let_in(visit, person, visit.url_once_signed_in, outcome="signed_in")
    return response.with_cookie(clear_cookie(visit.request, PENDING_COOKIE))


def _person(
    visit: Visit, form: Parameters, ceremony: Ceremony, *, subject: str | None = None
) -> Person:
    return find_person_by_passkey(
        form.get("passkey") or "",
        ceremony,
        subject=subject,
        passkeys=visit.stores.passkeys,
        people=visit.stores.people,
        replays=visit.stores.replays,
    )


def _ask_again(visit: Visit, found: PendingSignIn, cookie: str, reason: str) -> Response:
    person = visit.stores.people.find(found.email)
    if person is None or not found.is_of(person):
        return _start_over(visit, reason)
    return show_second_factor(
        visit, person, cookie, problem=_REFUSED, outcome="passkey_refused", reason=reason
    )


def _start_over(visit: Visit, reason: str) -> Response:
    problem = "That took too long, or came from another browser. Please sign in again."
    return show_sign_in(visit, problem=problem, outcome="passkey_refused", reason=reason)
