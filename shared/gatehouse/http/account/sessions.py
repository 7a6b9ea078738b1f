"""The section of the account page that lists where a person is signed in, and ends it."""

from typing import Final

from gatehouse.http.account.page import show_account
from gatehouse.http.account.problem import AccountProblem
from gatehouse.http.account.section import Steps
from gatehouse.http.cookies import clear_cookie
from gatehouse.http.response import Response, redirect_response
from gatehouse.http.visit import SESSION_COOKIE, Visit
from gatehouse.parameters import Parameters
from gatehouse.signin.sessions import SignedIn, end_other_sessions, end_session_of

_UNKNOWN: Final = "That browser is not signed in any more."
_ENDED: Final = "Every other browser is signed out."


def _end_one(visit: Visit, signed_in: SignedIn, form: Parameters) -> Response:
    """Sign one browser of the person's out, this one too if it is named."""
    session, named = signed_in.session, form.get("session") or ""
    if not end_session_of(session, named, people=visit.stores.people, now=visit.now):
        # somebody else's is none of theirs, in the same words
        raise AccountProblem(_UNKNOWN, status=404, outcome="no_such_session_here")
    if named == session.session_id:
        gone = redirect_response(visit.url, outcome="signed_out")
        return gone.with_cookie(clear_cookie(visit.request, SESSION_COOKIE))
    return redirect_response(visit.url, outcome="browser_signed_out")


def _end_others(visit: Visit, signed_in: SignedIn, form: Parameters) -> Response:
    """Sign every browser of the person's out but this one."""
    kept = end_other_sessions(signed_in.session, people=visit.stores.people)
    if kept is None:  # by another tab, meanwhile
        return redirect_response(visit.url, outcome="session_ended")
    return show_account(visit, kept, notice=_ENDED, outcome="browsers_signed_out")


SESSION_STEPS: Final[Steps] = {"end-session": _end_one, "end-other-sessions": _end_others}
