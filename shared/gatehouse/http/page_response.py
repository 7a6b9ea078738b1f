"""Pages as responses, errors among them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from gatehouse.errors import (
    ClientDocumentUnavailable,
    InvalidClient,
    InvalidClientDocument,
    OAuthError,
    UnreadClientDocument,
)
from gatehouse.http.response import Response
from gatehouse.pages.render import Page, dead_client_page, error_page

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
# A stranger's server is down, which is no failure of ours and raises no alarm; nor is it a 400, by
# which clients that fetch the page themselves take their registration for dead.
_FAILED_DEPENDENCY = 424  # RFC 4918 section 11.4
_UNREAD = (ClientDocumentUnavailable, UnreadClientDocument)
_HOW_TO_COMPLAIN = (
    "The app says who it is in a document on its maker's website. If this goes on, tell them.",
)


def page_response(
    page: Page,
    *,
    status: int = 200,
    outcome: str = "ok",
    reason: str = "",
    further: Mapping[str, str] = NO_HEADERS,
) -> Response:
    """A page that is neither stored nor framed; `further` headers win over those of all pages."""
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": page.content_security_policy,
        # for browsers that do not know frame-ancestors
        "x-frame-options": "DENY",
        # the URL holds the client's state; its own origin needs it for the forms' Origin header
        "referrer-policy": "same-origin",
        "cache-control": "no-store",
        **further,
    }
    return Response(status, page.html, headers, outcome=outcome, reason=reason)


def problem_page(
    status: int,
    *,
    server_name: str,
    title: str,
    message: str,
    advice: Sequence[str] = (),
    way_back: str | None = None,
    outcome: str,
    reason: str = "",
    further: Mapping[str, str] = NO_HEADERS,
) -> Response:
    """A page that says what went wrong and what to do; `way_back` is a path of ours to sign in."""
    page = error_page(
        server_name=server_name, title=title, message=message, advice=advice, way_back=way_back
    )
    return page_response(page, status=status, outcome=outcome, reason=reason, further=further)


def show_error_page(error: OAuthError, server_name: str) -> Response:
    """An error of the authorization endpoint that must not be redirected."""
    # a document is nothing that was registered here, so registering again would not help
    if isinstance(error, InvalidClient) and not isinstance(error, InvalidClientDocument):
        page = dead_client_page(server_name=server_name)
        # clients that fetch the page themselves take a 400 for a dead registration, and only that
        return page_response(page, status=400, outcome=error.code, reason=error.reason)
    title, advice = _explained(error)
    return problem_page(
        _status(error),
        server_name=server_name,
        title=title,
        message=error.description,
        advice=advice,
        outcome=error.code,
        reason=error.reason,
    )


def _status(error: OAuthError) -> int:
    if isinstance(error, _UNREAD):
        return _FAILED_DEPENDENCY
    return 400 if error.status == 401 else error.status


def _explained(error: OAuthError) -> tuple[str, Sequence[str]]:
    """What happened, and what the person can do."""
    again = "Try again in a moment."
    if isinstance(error, _UNREAD):
        return "This app could not be checked", (again, *_HOW_TO_COMPLAIN)
    if isinstance(error, InvalidClientDocument):
        return "This app is not accepted here", _HOW_TO_COMPLAIN
    if error.status >= 500:
        return "Something went wrong here", (again,)
    return "This sign-in link does not work", ("Go back to your app and try again.",)
