"""Pages as responses, errors among them."""

from collections.abc import Sequence

from gatehouse.errors import InvalidClient, OAuthError
from gatehouse.http.response import Response
from gatehouse.pages.render import Page, dead_client_page, error_page


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
    if isinstance(error, InvalidClient):
        page = dead_client_page(server_name=server_name)
        # clients that fetch the page themselves take a 400 for a dead registration, and only that
        return page_response(page, status=400, outcome=error.code, reason=error.reason)
    if error.status >= 500:
        title, advice = "Something went wrong here", "Try again in a moment."
    else:
        title, advice = "This sign-in link does not work", "Go back to your app and try again."
    return problem_page(
        error.status,
        server_name=server_name,
        title=title,
        message=error.description,
        advice=(advice,),
        outcome=error.code,
        reason=error.reason,
    )
