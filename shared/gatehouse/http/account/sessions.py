"""The section of the account page that lists where a person is signed in, and ends it."""

from gatehouse.http.account.page import own_session, show_account
from gatehouse.http.cookies import clear_cookie
from gatehouse.http.response import Response, redirect_response
from gatehouse.http.visit import SESSION_COOKIE, Visit
from gatehouse.parameters import Parameters
from gatehouse.signin.sessions import end_other_sessions, end_session_of

_UNKNOWN = "That browser is not signed in any more."


def end_session(visit: Visit, form: Parameters) -> Response:
    """Sign one browser of the person's out, this one too if it is named."""
    session = own_session(visit, form)
    if session is None:
        return visit.refuse_form()
    named = form.get("session") or ""
    if not end_session_of(session, named, people=visit.stores.people, now=visit.now):
        # somebody else's is none of theirs, in the same words
        return show_account(
            visit, session, problem=_UNKNOWN, status=404, outcome="no_such_session_here"
        )
    if named == session.session_id:
        gone = redirect_response(visit.url, outcome="signed_out")
        return gone.with_cookie(clear_cookie(visit.request, SESSION_COOKIE))
    return redirect_response(visit.url, outcome="browser_signed_out")


def end_others(visit: Visit, form: Parameters) -> Response:
    """Sign every browser of the person's out but this one."""
    session = own_session(visit, form)
    kept = session and end_other_sessions(session, people=visit.stores.people)
    if not kept:
        return visit.refuse_form()
    return show_account(
        visit, kept, notice="Every other browser is signed out.", outcome="browsers_signed_out"
    )
