"""The account page itself, with which every section of it answers."""

from collections.abc import Sequence

from gatehouse.http.account.connections import shown_connections
from gatehouse.http.account.passkeys import passkey_section
from gatehouse.http.account.problem import AccountProblem
from gatehouse.http.account.purpose import PURPOSE
from gatehouse.http.page_response import page_response
from gatehouse.http.response import Response
from gatehouse.http.visit import Visit
from gatehouse.pages.render import SessionRow, account_page
from gatehouse.signin.password_rule import IN_WORDS
from gatehouse.signin.sessions import BrowserSession, SignedIn, live_sessions


def show_account(
    visit: Visit,
    signed_in: SignedIn,
    *,
    cookie: str | None = None,
    notice: str | None = None,
    problem: AccountProblem | None = None,
    outcome: str = "account_shown",
) -> Response:
    """The page of whoever is signed in; `notice` says what was done, `problem` what was not.

    `cookie` is the session's, if the browser gets it with this very answer.
    """
    session, person = signed_in
    page = account_page(
        server_name=visit.settings.server_name,
        email=person.email,
        action=visit.url,
        csrf=visit.csrf_token(cookie or visit.session_cookie or "", PURPOSE),
        notice=notice,
        problem=str(problem) if problem else None,
        connections=shown_connections(visit, person.subject),
        passkeys=passkey_section(visit, person),
        takes_passwords=visit.stores.providers.password_sign_in,
        has_password=person.password_hash is not None,
        password_rule=IN_WORDS,
        sessions=_rows(visit, session),
    )
    if problem:
        return page_response(
            page,
            status=problem.status,
            outcome=problem.outcome,
            reason=problem.reason,
            further=problem.further,
        )
    return page_response(page, outcome=outcome)


def _rows(visit: Visit, session: BrowserSession) -> Sequence[SessionRow]:
    return [
        SessionRow(
            each.session_id,
            browser=each.browser or "A browser",
            network=each.network,
            since=each.created_at,
            is_this=each.session_hash == session.session_hash,
        )
        for each in live_sessions(session, people=visit.stores.people, now=visit.now)
    ]
