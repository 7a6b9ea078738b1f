"""The doctor's own connection: it registers, and a person signs in and consents in a browser."""

import secrets
from collections.abc import Callable
from typing import Final

from cli.doctor.loopback import Listener
from cli.doctor.pkce import Proof, new_proof
from cli.doctor.steps.authorization import (
    authorization_endpoint,
    authorization_url,
    read_return,
)
from cli.doctor.steps.client_token import ask_token, token_endpoint
from cli.doctor.steps.refusals import strange_requests
from cli.doctor.steps.registration import new_mark, register, registration_endpoint
from cli.doctor.visit import Registration, Tokens, Visit, texts

STEP: Final = "Sign-in"
Person = Callable[[str], None]


def sign_in(visit: Visit, person: Person) -> None:
    """Register, let `person` open the authorization URL, wait, and exchange the code."""
    state = secrets.token_urlsafe(16)
    with Listener(state) as listener:
        visit.own_redirect_uri = listener.redirect_uri
        _register(visit)
        strange_requests(visit)
        if not visit.own or visit.options.token:
            return
        if not authorization_endpoint(visit, visit.server) or not token_endpoint(
            visit, visit.server
        ):
            visit.unchecked.append("the sign-in, for which the metadata has no endpoints")
            return
        if not visit.options.sign_in:
            visit.unchecked.append("everything behind the sign-in, which was left out")
            return
        proof = new_proof()
        scope = _scope(visit)
        person(_url(visit, visit.own, state, proof, scope))
        returned = listener.wait(visit.options.wait_seconds)
    if not returned:
        visit.unchecked.append("everything behind the sign-in: nobody came back from the browser")
        return
    visit.recorder.secrets.learn_from(returned)
    exchange = visit.recorder.note(STEP, returned)
    visit.came_back = read_return(returned, visit.own_redirect_uri, exchange)
    if visit.came_back.outcome == "code":
        _exchange(visit, visit.own, visit.came_back.returned["code"], proof, scope)


def _register(visit: Visit) -> None:
    endpoint = registration_endpoint(visit, visit.server)
    if not endpoint:
        visit.unchecked.append("everything behind a registration, which this server does not offer")
        return
    visit.own = register(
        visit,
        endpoint,
        {
            "client_name": f"Gatehouse doctor {new_mark()}",
            "redirect_uris": [visit.own_redirect_uri],
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "none",
            "application_type": "native",
        },
    )
    if visit.own is None:
        visit.unchecked.append("everything behind a registration, which was refused")


def _scope(visit: Visit) -> str:
    offline = "offline_access" in texts(visit.server.get("scopes_supported"))
    return f"{visit.scopes} offline_access".strip() if offline else visit.scopes


def _url(visit: Visit, own: Registration, state: str, proof: Proof, scope: str) -> str:
    added = {
        "code_challenge": proof.challenge,
        "code_challenge_method": "S256",
        "resource": visit.resource,
        **({"scope": scope} if scope else {}),
    }
    endpoint = authorization_endpoint(visit, visit.server)
    return authorization_url(endpoint, own.client_id, visit.own_redirect_uri, state, added)


def _exchange(visit: Visit, own: Registration, code: str, proof: Proof, scope: str) -> None:
    parameters = {
        "grant_type": "authorization_code",
        "code": code,
        "code_verifier": proof.verifier,
        "redirect_uri": visit.own_redirect_uri,
        "resource": visit.resource,
    }
    visit.token_answer = ask_token(visit, own, parameters)
    if visit.token_answer.found:
        visit.tokens = Tokens(own, visit.token_answer, visit.token_answer.found, scope)
    visit.code_request = parameters
