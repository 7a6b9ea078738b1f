"""Pages as responses, errors among them."""

from collections.abc import Sequence

from gatehouse.errors import (
    ClientDocumentUnavailable,
    InvalidClient,
    InvalidClientDocument,
    OAuthError,
)
from gatehouse.http.response import Response
from gatehouse.pages.render import Page, error_page

_HOW_TO_RECOVER = (
    "In your app, remove this server and add it again: the app then registers anew.",
    "In Claude Code, run /mcp, choose the server, clear its authentication and sign in again.",
    "If an app keeps failing, restart it after you removed the server.",
)
_HOW_TO_COMPLAIN = (
    "The app says who it is in a document on its maker's website. If this goes on, tell them.",
)


def page_response(
    page: Page, *, status: int = 200, outcome: str = "ok", reason: str = ""
) -> Response:
    """A page that is neither stored nor framed."""
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": page.content_security_policy,
        # for browsers that do not know frame-ancestors
        "x-frame-options": "DENY",
        # the URL holds the client's state; its own origin needs it for the forms' Origin header
        "referrer-policy": "same-origin",
        "cache-control": "no-store",
    }
    return Response(status, page.html, headers, outcome=outcome, reason=reason)


def problem_page(
    status: int,
    *,
    server_name: str,
    title: str,
    message: str,
    advice: Sequence[str] = (),
    outcome: str,
    reason: str = "",
) -> Response:
    """A page that says what went wrong and what to do."""
    page = error_page(server_name=server_name, title=title, message=message, advice=advice)
    return page_response(page, status=status, outcome=outcome, reason=reason)


def show_error_page(error: OAuthError, server_name: str) -> Response:
    """An error of the authorization endpoint that must not be redirected."""
    advice: Sequence[str]
    if isinstance(error, InvalidClientDocument):
        title, advice = "This app is not accepted here", _HOW_TO_COMPLAIN
    elif isinstance(error, ClientDocumentUnavailable):
        title, advice = (
            "This app could not be checked",
            ("Try again in a moment.", *_HOW_TO_COMPLAIN),
        )
    elif isinstance(error, InvalidClient):
        title, advice = "This app is not registered here any more", _HOW_TO_RECOVER
    elif error.status >= 500:
        title, advice = "Something went wrong here", ("Try again in a moment.",)
    else:
        title, advice = "This sign-in link does not work", ("Go back to your app and try again.",)
    return problem_page(
        # clients that fetch the page themselves take a 400 for a dead registration, and only that
        400 if error.status == 401 else error.status,
        server_name=server_name,
        title=title,
        message=error.description,
        advice=advice,
        outcome=error.code,
        reason=error.reason,
    )
