"""A person's browser at a page that asks who they are: what the steps of signing in share.

Each form posts to the URL of the page itself: nothing is kept between them but what the browser
holds in its cookies.
"""

from dataclasses import dataclass

from gatehouse.http.cookies import cookie_name
from gatehouse.http.networks import network_of
from gatehouse.http.page_response import problem_page
from gatehouse.http.request import Request
from gatehouse.http.response import Response
from gatehouse.parameters import Parameters
from gatehouse.settings import Settings
from gatehouse.signin.csrf import csrf_token, is_csrf_token
from gatehouse.signin.passkeys.ceremony import Ceremony, Purpose
from gatehouse.signin.sessions import BrowserSession, SignedIn, find_session, find_signed_in
from gatehouse.signin.stores import SignInStores

BROWSER_COOKIE = "gatehouse-browser"
SESSION_COOKIE = "gatehouse-session"
DEVICE_COOKIE = "gatehouse-device"
PENDING_COOKIE = "gatehouse-pending"

# What a page says that is shown anew for a form that did not come from it
OUT_OF_DATE = "This page was out of date. Please try again."


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a browser to such a page.

    `parameters` are the page's query, `parameters_once_signed_in` that of where a sign-in leads
    to. `client_name` is who sent the person here, None where nobody did.
    """

    request: Request
    parameters: Parameters
    parameters_once_signed_in: Parameters
    client_name: str | None
    stores: SignInStores
    settings: Settings
    now: int

    @property
    def url(self) -> str:
        """The page's own URL, to post to and to come back to."""
        return self._with(self.parameters)

    @property
    def url_once_signed_in(self) -> str:
        """The same, for a person who has just signed in: it does not ask for that again."""
        return self._with(self.parameters_once_signed_in)

    @property
    def asks_again(self) -> bool:
        """Whether the person has to prove who they are, although they may be signed in."""
        return self.url != self.url_once_signed_in

    @property
    def browser_cookie(self) -> str | None:
        return self._cookie(BROWSER_COOKIE)

    @property
    def session_cookie(self) -> str | None:
        return self._cookie(SESSION_COOKIE)

    @property
    def device_cookie(self) -> str | None:
        """By which the browser is known to the accounts that it signed in to before."""
        return self._cookie(DEVICE_COOKIE)

    @property
    def network(self) -> str:
        """The network that the browser is in."""
        return network_of(self.request, edge_proof=self.settings.edge_proof)

    @property
    def pending_cookie(self) -> str | None:
        return self._cookie(PENDING_COOKIE)

    def session(self) -> BrowserSession | None:
        """Who is signed in in this browser."""
        return find_session(self.session_cookie, people=self.stores.people, now=self.now)

    def signed_in(self) -> SignedIn | None:
        """The same, and the person as they are now."""
        return find_signed_in(self.session_cookie, people=self.stores.people, now=self.now)

    def csrf_token(self, cookie: str, purpose: str) -> str:
        return csrf_token(cookie, purpose=purpose, request=self._subject)

    def is_ours(self, form: Parameters, cookie: str | None, purpose: str) -> bool:
        """Whether the form came from the page that was shown to this browser for this request."""
        return is_csrf_token(form.get("csrf"), cookie, purpose=purpose, request=self._subject)

    def ceremony(self, cookie: str, purpose: Purpose) -> Ceremony:
        """What an authenticator is asked for in the browser with that cookie."""
        return Ceremony(self.request.issuer, cookie, purpose, self.now)

    def refuse_form(self) -> Response:
        """The page for a form that is not ours."""
        go_back = "Open the page again." if self.client_name is None else _BACK_TO_THE_APP
        return problem_page(
            403,
            server_name=self.settings.server_name,
            title="This page is out of date",
            message="The form did not come from the page that was shown last in this browser.",
            advice=(go_back,),
            outcome="csrf_refused",
        )

    @property
    def _subject(self) -> str:
        """What a form was made for. Both paths of the authorization endpoint are one."""
        return self.parameters.encode() or self.request.path

    def _with(self, parameters: Parameters) -> str:
        query = parameters.encode()
        return f"{self.request.path}?{query}" if query else self.request.path

    def _cookie(self, name: str) -> str | None:
        return self.request.cookies.get(cookie_name(self.request, name)) or None


_BACK_TO_THE_APP = "Go back to your app and connect again."
