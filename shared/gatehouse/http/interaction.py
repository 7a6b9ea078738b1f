"""One authorization request in one browser: what its steps have in common.

Each form posts to the URL of the request itself, which is checked anew at every step: nothing is
kept between them but the browser's session.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gatehouse.errors import OAuthError
from gatehouse.http.cookies import cookie_name
from gatehouse.http.page_response import problem_page
from gatehouse.http.request import Request
from gatehouse.http.response import Response, redirect_response
from gatehouse.oauth.authorization_request import AuthorizationRequest, Destination
from gatehouse.oauth.clients import ClientDirectory
from gatehouse.oauth.parameters import Parameters
from gatehouse.settings import Settings
from gatehouse.signin.csrf import csrf_token, is_csrf_token
from gatehouse.signin.sessions import BrowserSession, find_session

if TYPE_CHECKING:
    from gatehouse.storage.contract import ConsentStore, GrantStore, PeopleStore

BROWSER_COOKIE = "gatehouse-browser"
SESSION_COOKIE = "gatehouse-session"


@dataclass(frozen=True, slots=True)
class Interaction:
    """An authorization request that passed its checks, and the browser that brought it."""

    request: Request
    parameters: Parameters
    authorization: AuthorizationRequest
    clients: ClientDirectory
    grants: "GrantStore"
    people: "PeopleStore"
    consents: "ConsentStore"
    settings: Settings
    now: int

    @property
    def url(self) -> str:
        """The URL of this authorization request, to post to and to come back to."""
        return f"{self.request.path}?{self.parameters.encode()}"

    @property
    def url_once_signed_in(self) -> str:
        """The same, for a person who has just signed in: it does not ask for that again."""
        further = self.authorization.prompts - {"login"}
        parameters = self.parameters.replaced("prompt", " ".join(sorted(further)))
        return f"{self.request.path}?{parameters.encode()}"

    @property
    def browser_cookie(self) -> str | None:
        return self._cookie(BROWSER_COOKIE)

    @property
    def session_cookie(self) -> str | None:
        return self._cookie(SESSION_COOKIE)

    def session(self) -> BrowserSession | None:
        """Who is signed in in this browser."""
        return find_session(self.session_cookie, people=self.people, now=self.now)

    def csrf_token(self, cookie: str, purpose: str) -> str:
        return csrf_token(cookie, purpose=purpose, request=self.parameters.encode())

    def is_ours(self, form: Parameters, cookie: str | None, purpose: str) -> bool:
        """Whether the form came from the page that was shown to this browser for this request."""
        presented, request = form.get("csrf"), self.parameters.encode()
        return is_csrf_token(presented, cookie, purpose=purpose, request=request)

    def back_to_client(self, error: OAuthError) -> Response:
        """The redirect that tells the client of an error (RFC 6749 section 4.1.2.1)."""
        return redirect_with_error(self.authorization.destination, error, self.request)

    def refuse_form(self) -> Response:
        """The page for a form that is not ours."""
        return problem_page(
            403,
            server_name=self.settings.server_name,
            title="This page is out of date",
            message="The form did not come from the page that was shown last in this browser.",
            advice=("Go back to your app and connect again.",),
            outcome="csrf_refused",
        )

    def _cookie(self, name: str) -> str | None:
        return self.request.cookies.get(cookie_name(self.request, name)) or None


def redirect_with_error(destination: Destination, error: OAuthError, request: Request) -> Response:
    """The redirect that tells the client of an error, once its redirect URI is trusted."""
    location = destination.failure(error, issuer=request.issuer)
    return redirect_response(location, outcome=error.code, reason=error.reason)
