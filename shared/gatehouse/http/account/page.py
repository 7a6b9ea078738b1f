"""The account page itself, with which every section of it answers."""

from collections.abc import Mapping

from gatehouse.http.account.purpose import PURPOSE
from gatehouse.http.page_response import NO_HEADERS, page_response
from gatehouse.http.response import Response
from gatehouse.http.visit import Visit
from gatehouse.pages.moments import moment
from gatehouse.pages.render import SessionRow, account_page
from gatehouse.parameters import Parameters
from gatehouse.signin.password_rule import IN_WORDS
from gatehouse.signin.sessions import BrowserSession, live_sessions


def show_account(
    visit: Visit,
    session: BrowserSession,
    *,
    cookie: str | None = None,
    notice: str | None = None,
    problem: str | None = None,
    status: int = 200,
    outcome: str = "account_shown",
    further: Mapping[str, str] = NO_HEADERS,
) -> Response:
    """The page of whoever is signed in by `session`.

    `cookie` is the session's, if the browser gets it with this very answer. `notice` says what was
    done, `problem` what was not.
    """
    people = visit.stores.people
    person = people.find(session.email)
    page = account_page(
        server_name=visit.settings.server_name,
        email=session.email,
        action=visit.url,
        csrf=visit.csrf_token(cookie or visit.session_cookie or "", PURPOSE),
        notice=notice,
        problem=problem,
        has_password=person is not None and person.password_hash is not None,
        password_rule=IN_WORDS,
        sessions=[
            _row(each, is_this=each.session_hash == session.session_hash)
            for each in live_sessions(session, people=people, now=visit.now)
        ],
    )
    return page_response(page, status=status, outcome=outcome, further=further)


def own_session(visit: Visit, form: Parameters) -> BrowserSession | None:
    """The session that a form of the page was posted in; None for a form that is not ours."""
    is_ours = visit.is_ours(form, visit.session_cookie, PURPOSE)
    return visit.session() if is_ours else None


def _row(session: BrowserSession, *, is_this: bool) -> SessionRow:
    return SessionRow(
        session.session_id,
        browser=session.browser or "A browser",
        network=session.network,
        since=moment(session.created_at),
        is_this=is_this,
    )
