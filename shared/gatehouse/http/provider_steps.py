"""The steps that lead to an identity provider, and what is shown where that fails."""

from typing import Final

from gatehouse.http.page_response import problem_page
from gatehouse.http.request import Request
from gatehouse.http.response import Response, redirect_response
from gatehouse.http.sign_in_steps import refuse_stale_form, show_sign_in, sign_out
from gatehouse.http.visit import Visit
from gatehouse.oauth.secret_values import new_secret
from gatehouse.parameters import Parameters
from gatehouse.signin.providers.attempts import Secrets, new_attempt
from gatehouse.signin.providers.errors import CannotSignIn
from gatehouse.signin.providers.provider import Provider
from gatehouse.signin.providers.upstream import Journey

CALLBACK: Final = "/sign-in/callback/"


def redirect_uri(request: Request, provider: Provider) -> str:
    """Where a provider sends browsers back to: one URI each, which is registered there."""
    return f"{request.issuer}{CALLBACK}{provider.id}"


def leave_for_provider(visit: Visit, form: Parameters) -> Response:
    """Send the browser to the provider whose button was pressed, to come back signed in."""
    if stale := refuse_stale_form(visit, form):
        return stale
    providers = visit.stores.providers
    provider = providers.find(form.get("provider"))
    if provider is None:
        return show_sign_in(visit, problem="That way to sign in is not offered any more.")
    secrets = Secrets(new_secret(), visit.browser_cookie or "")
    attempt = new_attempt(
        secrets,
        provider=provider.id,
        return_to=visit.url_once_signed_in,
        asks_again=visit.asks_again,
        now=visit.now,
        client_id=visit.request.story.client_id,
    )
    journey = Journey(attempt, secrets, redirect_uri(visit.request, provider), visit.now)
    try:
        location = providers.upstream(provider).authorization_url(journey)
    except CannotSignIn as error:
        return show_problem(error, visit.settings.server_name, provider.name, visit.url)
    visit.stores.provider_attempts.add(attempt)
    return redirect_response(location, outcome="sent_to_provider")


def sign_out_everywhere(visit: Visit, form: Parameters, *, purpose: str) -> Response:
    """End the session here, and at the provider that the person came from if it has a page for it.

    OpenID Connect RP-Initiated Logout section 2. The page's own URL is where it sends them back to.
    """
    session = visit.session()
    response = sign_out(visit, form, purpose=purpose)
    providers = visit.stores.providers
    provider = providers.find(session.provider) if session else None
    if provider is None or response.outcome != "signed_out":
        return response
    try:
        back = f"{visit.request.issuer}{visit.request.path}"
        location = providers.upstream(provider).end_session_url(back, now=visit.now)
    except CannotSignIn as error:
        # here it is done; a provider that is down has nobody wait for it
        return response._replace(reason=error.reason)
    if location is None:
        return response
    return response._replace(headers={**response.headers, "location": location})


def show_problem(
    error: CannotSignIn, server_name: str, provider: str, way_back: str | None
) -> Response:
    """The page that says why somebody was not signed in, with a way back."""
    return problem_page(
        error.status,
        server_name=server_name,
        title=error.title.format(provider=provider),
        message=error.message.format(provider=provider),
        advice=error.advice,
        way_back=way_back if error.offers_way_back else None,
        outcome=error.outcome,
        reason=error.reason,
    )
