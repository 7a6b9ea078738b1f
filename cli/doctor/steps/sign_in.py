"""The doctor's own connection: it registers, and a person signs in and consents in a browser."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from cli.doctor.loopback import Listener
from cli.doctor.pkce import new_proof
from cli.doctor.steps.authorization import (
    authorization_endpoint,
    authorization_url,
    read_return,
)
from cli.doctor.steps.client_token import ask_token, token_endpoint
from cli.doctor.steps.registration import new_mark, register, registration_endpoint
from cli.doctor.visit import Authorization, Registration, Tokens, Visit, texts

STEP: Final = "Sign-in"
Person = Callable[[str], None]


@dataclass(frozen=True)
class Return:
    """Somebody came back from the browser: with what, and the request for its tokens."""

    authorization: Authorization
    token_request: Mapping[str, str]
    scope: str


def register_itself(visit: Visit, listener: Listener) -> None:
    """Register the doctor, as a public client that comes back to `listener`."""
    visit.own_redirect_uri = listener.redirect_uri
    endpoint = registration_endpoint(visit, visit.server)
    if not endpoint:
        visit.unchecked.append("everything behind a registration, which this server does not offer")
        return
    document = {
        "client_name": f"Gatehouse doctor {new_mark()}",
        "redirect_uris": [visit.own_redirect_uri],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
        "application_type": "native",
    }
    visit.own = register(visit, endpoint, document)
    if visit.own is None:
        visit.unchecked.append("everything behind a registration, which was refused")


def sign_in(visit: Visit, listener: Listener, person: Person) -> None:
    """Let `person` open the authorization URL, wait, and exchange the code."""
    if not visit.own or visit.options.token:
        return
    if not authorization_endpoint(visit, visit.server) or not token_endpoint(visit, visit.server):
        visit.unchecked.append("the sign-in, for which the metadata has no endpoints")
        return
    if not visit.options.sign_in:
        visit.unchecked.append("everything behind the sign-in, which was left out")
        return
    returned = come_back(visit, visit.own, listener, person, resource=visit.resource)
    if returned is None:
        visit.unchecked.append("everything behind the sign-in: nobody came back from the browser")
        return
    visit.came_back = returned.authorization
    if returned.authorization.outcome == "code":
        visit.code_request = returned.token_request
        visit.token_answer = ask_token(visit, visit.own, visit.code_request)
        if visit.token_answer.found:
            answer = visit.token_answer.found
            visit.tokens = Tokens(visit.own, visit.token_answer, answer, returned.scope)


def come_back(
    visit: Visit, own: Registration, listener: Listener, person: Person, *, resource: str
) -> Return | None:
    """Send `person` off for a token of `resource`; None if nobody comes back in time."""
    proof, scope = new_proof(), _scope(visit)
    listener.expected = state = secrets.token_urlsafe(16)
    added = {
        "code_challenge": proof.challenge,
        "code_challenge_method": "S256",
        "resource": resource,
        **({"scope": scope} if scope else {}),
    }
    endpoint = authorization_endpoint(visit, visit.server)
    person(authorization_url(endpoint, own.client_id, visit.own_redirect_uri, state, added))
    url = listener.wait(visit.options.wait_seconds)
    if not url:
        return None
    authorization = read_return(url, visit.own_redirect_uri, visit.recorder.note(STEP, url))
    token_request = {
        "grant_type": "authorization_code",
        "code": authorization.returned.get("code", ""),
        "code_verifier": proof.verifier,
        "redirect_uri": visit.own_redirect_uri,
        "resource": resource,
    }
    return Return(authorization, token_request, scope)


def _scope(visit: Visit) -> str:
    offline = "offline_access" in texts(visit.server.get("scopes_supported"))
    return f"{visit.scopes} offline_access".strip() if offline else visit.scopes
