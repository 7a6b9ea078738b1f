"""What comes back from an identity provider, in the browser that was sent there."""

from typing import Final

from gatehouse.http.cookies import cookie_name
from gatehouse.http.page_response import problem_page
from gatehouse.http.provider_steps import CALLBACK, redirect_uri, show_problem
from gatehouse.http.request import Request
from gatehouse.http.response import Response
from gatehouse.http.sign_in_steps import let_in
from gatehouse.http.visit import BROWSER_COOKIE, Visit
from gatehouse.parameters import Parameters
from gatehouse.settings import Settings
from gatehouse.signin.people import Person
from gatehouse.signin.providers.accounts import person_of
from gatehouse.signin.providers.errors import CannotSignIn
from gatehouse.signin.providers.provider import Provider
from gatehouse.signin.providers.returning import find_attempt, read_code, use_attempt
from gatehouse.signin.providers.upstream import Journey
from gatehouse.signin.stores import SignInStores

# What its page asks for is known to the attempt, and is where the sign-in leads to
_NOTHING: Final = Parameters(())


def come_back(request: Request, *, stores: SignInStores, settings: Settings, now: int) -> Response:
    """Sign in whoever the provider says it is, and go on where the attempt came from."""
    provider = stores.providers.find(request.path.removeprefix(CALLBACK))
    if provider is None:
        return _unknown_provider(settings)
    answer = request.query()
    way_back = None
    try:
        journey = _journey(request, answer, provider, stores, now)
        way_back = journey.attempt.return_to
        if journey.attempt.client_id:
            request.story.is_about(journey.attempt.client_id)
        person = _person(answer, journey, provider, stores)
    except CannotSignIn as error:
        return show_problem(error, settings.server_name, provider.name, way_back)
    # The provider alone lets in: a passkey after the password is asked for after the password only,
    # and how sure it is of its people is for the provider to see to
    visit = Visit(request, _NOTHING, _NOTHING, None, stores, settings, now)
    return let_in(visit, person, way_back, outcome="signed_in", provider=provider.id)


def _journey(
    request: Request, answer: Parameters, provider: Provider, stores: SignInStores, now: int
) -> Journey:
    attempt, secrets = find_attempt(
        answer,
        provider=provider.id,
        browser=request.cookies.get(cookie_name(request, BROWSER_COOKIE)),
        attempts=stores.provider_attempts,
        now=now,
    )
    return Journey(attempt, secrets, redirect_uri(request, provider), now)


def _person(
    answer: Parameters, journey: Journey, provider: Provider, stores: SignInStores
) -> Person:
    upstream = stores.providers.upstream(provider)
    upstream.require_issuer(answer, now=journey.now)
    use_attempt(journey.attempt, stores.provider_attempts)
    arrival = upstream.arrival(read_code(answer), journey)
    person = person_of(
        arrival,
        provider,
        people=stores.people,
        identities=stores.identities,
        now=journey.now,
    )
    if stores.providers.tokens_for_tools:
        stores.tool_tokens.keep(person.subject, provider, arrival.tokens)
    return person


def _unknown_provider(settings: Settings) -> Response:
    return problem_page(
        404,
        server_name=settings.server_name,
        title="There is no such way to sign in",
        message="This server does not know the identity provider that sent you here.",
        advice=("Go back to your app and connect again.",),
        outcome="unknown_provider",
    )
