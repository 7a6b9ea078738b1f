"""One authorization request in one browser: sign-in, consent, and the way back to the client.

A GET changes nothing, so that clients and link previews may fetch it. Each form posts to the URL
of the request itself, which is checked anew at every step: nothing is kept between them but the
browser's session.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gatehouse.errors import AccessDenied, OAuthError
from gatehouse.http.cookies import clear_cookie, cookie_name, set_cookie
from gatehouse.http.page_response import page_response, problem_page
from gatehouse.http.request import Request
from gatehouse.http.response import Response, redirect_response
from gatehouse.oauth.authorization_request import AuthorizationRequest, Destination
from gatehouse.oauth.clients import ClientDirectory
from gatehouse.oauth.code_issuing import issue_code
from gatehouse.oauth.consent import is_local_client, permissions
from gatehouse.oauth.parameters import Parameters
from gatehouse.oauth.redirect_uris import display_host, goes_to_this_computer
from gatehouse.oauth.secret_values import digest, new_secret
from gatehouse.pages.render import consent_page, sign_in_page
from gatehouse.settings import Settings
from gatehouse.signin.csrf import csrf_token, is_csrf_token
from gatehouse.signin.people import find_person
from gatehouse.signin.sessions import BrowserSession, find_session, start_session

if TYPE_CHECKING:
    from gatehouse.storage.contract import GrantStore, PeopleStore

_BROWSER = "gatehouse-browser"
_SESSION = "gatehouse-session"


@dataclass(frozen=True, slots=True)
class Interaction:
    """An authorization request that passed its checks, and the browser that brought it."""

    request: Request
    parameters: Parameters
    authorization: AuthorizationRequest
    clients: ClientDirectory
    grants: "GrantStore"
    people: "PeopleStore"
    settings: Settings
    now: int

    @property
    def url(self) -> str:
        """The URL of this authorization request, to post to and to come back to."""
        return f"{self.request.path}?{self.parameters.encode()}"

    @property
    def browser_cookie(self) -> str | None:
        return self._cookie(_BROWSER)

    @property
    def session_cookie(self) -> str | None:
        return self._cookie(_SESSION)

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

    def _cookie(self, name: str) -> str | None:
        return self.request.cookies.get(cookie_name(self.request, name)) or None


def redirect_with_error(destination: Destination, error: OAuthError, request: Request) -> Response:
    """The redirect that tells the client of an error, once its redirect URI is trusted."""
    location = destination.failure(error, issuer=request.issuer)
    return redirect_response(location, outcome=error.code, reason=error.reason)


def show(interaction: Interaction) -> Response:
    """The consent page to whoever is signed in, the sign-in page to everybody else."""
    session = interaction.session()
    return _show_consent(interaction, session) if session else _show_sign_in(interaction)


def take_step(interaction: Interaction, form: Parameters) -> Response:
    """Do what the pressed button asks for."""
    match form.get("step"):
        case "sign-in":
            return _sign_in(interaction, form)
        case "sign-out":
            return _sign_out(interaction, form)
        case "allow":
            return _allow(interaction, form)
        case "deny":
            return _deny(interaction, form)
    return _refuse_form(interaction)


def _sign_in(interaction: Interaction, form: Parameters) -> Response:
    if not interaction.is_ours(form, interaction.browser_cookie, "sign-in"):
        return _show_sign_in(interaction, problem="This page was out of date. Please try again.")
    email, password = form.get("email") or "", form.get("password") or ""
    person = find_person(email, password, people=interaction.people)
    if person is None:
        problem = "That email address and password do not match."
        return _show_sign_in(interaction, email=email, problem=problem, outcome="sign_in_failed")
    # A new cookie at each sign-in: one that was planted before is worth nothing afterwards
    cookie = start_session(
        person,
        people=interaction.people,
        now=interaction.now,
        lifetime=interaction.settings.session_lifetime,
    )
    response = redirect_response(interaction.url, outcome="signed_in")
    return response.with_cookie(set_cookie(interaction.request, _SESSION, cookie))


def _sign_out(interaction: Interaction, form: Parameters) -> Response:
    if not interaction.is_ours(form, interaction.session_cookie, "consent"):
        return _refuse_form(interaction)
    interaction.people.end_session(digest(interaction.session_cookie or ""))
    response = redirect_response(interaction.url, outcome="signed_out")
    return response.with_cookie(clear_cookie(interaction.request, _SESSION))


def _allow(interaction: Interaction, form: Parameters) -> Response:
    session = interaction.session()
    # The session may have ended while the page was open: sign in, and be asked again
    if session is None:
        return redirect_response(interaction.url, outcome="session_ended")
    if not interaction.is_ours(form, interaction.session_cookie, "consent"):
        return _refuse_form(interaction)
    code = issue_code(
        interaction.authorization,
        subject=session.subject,
        email=session.email,
        clients=interaction.clients,
        grants=interaction.grants,
        policy=interaction.settings.policy,
        now=interaction.now,
        story=interaction.request.story,
    )
    destination = interaction.authorization.destination
    location = destination.success(code, issuer=interaction.request.issuer)
    return redirect_response(location, outcome="code_issued")


def _deny(interaction: Interaction, form: Parameters) -> Response:
    if not interaction.is_ours(form, interaction.session_cookie, "consent"):
        return _refuse_form(interaction)
    return interaction.back_to_client(AccessDenied("The person did not allow the access"))


def _show_sign_in(
    interaction: Interaction,
    *,
    email: str = "",
    problem: str | None = None,
    outcome: str = "sign_in_shown",
) -> Response:
    # kept if there is one: a second tab must not spoil the form in the first
    cookie = interaction.browser_cookie or new_secret()
    page = sign_in_page(
        server_name=interaction.settings.server_name,
        client_name=interaction.authorization.client.name,
        action=interaction.url,
        csrf=interaction.csrf_token(cookie, "sign-in"),
        email=email,
        problem=problem,
    )
    response = page_response(page, status=400 if problem else 200, outcome=outcome)
    return response.with_cookie(set_cookie(interaction.request, _BROWSER, cookie))


def _show_consent(interaction: Interaction, session: BrowserSession) -> Response:
    authorization = interaction.authorization
    client, redirect_uri = authorization.client, authorization.destination.redirect_uri
    page = consent_page(
        server_name=interaction.settings.server_name,
        client_name=client.name,
        client_domain=client.domain,
        is_local_client=is_local_client(client),
        redirect_host=display_host(redirect_uri),
        goes_to_this_computer=goes_to_this_computer(redirect_uri),
        resource=" ".join(authorization.resources),
        scopes=permissions(authorization),
        email=session.email,
        action=interaction.url,
        csrf=interaction.csrf_token(interaction.session_cookie or "", "consent"),
    )
    return page_response(page, outcome="consent_shown")


def _refuse_form(interaction: Interaction) -> Response:
    return problem_page(
        403,
        server_name=interaction.settings.server_name,
        title="This page is out of date",
        message="The form did not come from the page that was shown last in this browser.",
        advice=("Go back to your app and connect again.",),
        outcome="csrf_refused",
    )
