"""Each known client, as far as it gets without a person."""

from typing import Final

from cli.doctor.exchange import Exchange
from cli.doctor.pkce import new_proof
from cli.doctor.profile import filled
from cli.doctor.steps.authorization import (
    authorization_endpoint,
    authorization_url,
    open_as_browser,
    request_of,
)
from cli.doctor.steps.client_token import ask_token, token_endpoint
from cli.doctor.steps.discovery import (
    Stopped,
    find_resource,
    find_server,
    find_server_at_once,
    open_connection,
)
from cli.doctor.steps.registration import register_client
from cli.doctor.urls import is_loopback_redirect
from cli.doctor.visit import Authorization, Registration, Visit, Walk

_STATE: Final = "state-of-the-doctor"


def as_clients(visit: Visit) -> None:
    """Let every client discover, register, send its person off and ask for a token in vain."""
    for profile in visit.profiles:
        walk = Walk(profile)
        visit.walks.append(walk)
        visit.recorder.client = profile.name
        try:
            _walk(visit, walk)
        except Stopped as stopped:
            walk.stopped = str(stopped)
        finally:
            visit.recorder.client = ""


def _walk(visit: Visit, walk: Walk) -> None:
    open_connection(visit, walk)
    walk.reached = "the challenge"
    server = find_server_at_once(visit, walk)
    server = server or find_server(visit, walk, find_resource(visit, walk))
    walk.reached = "the metadata"
    walk.registration = registration = register_client(visit, walk, server)
    walk.reached = "its registration"
    endpoint = authorization_endpoint(visit, server)
    if not endpoint:
        raise Stopped("the metadata has no authorization_endpoint")
    added = request_of(visit, walk.profile, registration, server)
    walk.authorization = _sent_off(
        visit, walk, registration, endpoint, comes_back_to=walk.profile.comes_back_to, added=added
    )
    if not walk.authorization.accepted:
        _retry_on_registered_port(visit, walk, registration, endpoint, added)
        raise Stopped("its authorization request is refused")
    walk.reached = "the sign-in page"
    tokens_at = token_endpoint(visit, server)
    if not tokens_at:
        raise Stopped("the metadata has no token_endpoint")
    walk.token_answer = _made_up_code(visit, walk, registration, tokens_at)
    walk.exchanges.append(walk.token_answer)
    if (walk.token_answer.document or {}).get("error") == "invalid_client":
        raise Stopped("its client authentication is refused")
    walk.reached = "the token endpoint"


def _sent_off(
    visit: Visit,
    walk: Walk,
    registration: Registration,
    endpoint: str,
    *,
    comes_back_to: str,
    added: dict[str, str],
) -> Authorization:
    pkce = {"code_challenge": new_proof().challenge, "code_challenge_method": "S256"}
    url = authorization_url(
        endpoint, registration.client_id, comes_back_to, _STATE, {**pkce, **added}
    )
    authorization, asked = open_as_browser(visit, url, comes_back_to)
    walk.exchanges += asked
    return authorization


def _retry_on_registered_port(
    visit: Visit, walk: Walk, registration: Registration, endpoint: str, added: dict[str, str]
) -> None:
    """Whether only the port was refused (RFC 8252 section 7.3)."""
    registered = walk.profile.registration["redirect_uris"]
    if walk.profile.comes_back_to in registered:
        return
    loopback = next((uri for uri in registered if is_loopback_redirect(uri)), None)
    if loopback and is_loopback_redirect(walk.profile.comes_back_to):
        walk.on_registered_port = _sent_off(
            visit, walk, registration, endpoint, comes_back_to=loopback, added=added
        )


def _made_up_code(visit: Visit, walk: Walk, registration: Registration, endpoint: str) -> Exchange:
    """A code that nobody issued: past client authentication it is an `invalid_grant`."""
    parameters = {
        "grant_type": "authorization_code",
        "code": "made-up-by-the-doctor",
        "code_verifier": new_proof().verifier,
        "redirect_uri": walk.profile.comes_back_to,
        **filled(walk.profile.exchange, resource=visit.resource),
    }
    written = walk.profile.secret
    return ask_token(visit, registration, parameters, endpoint=endpoint, written=written)
