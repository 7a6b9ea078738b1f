"""What has to be refused: tokens that nobody issued, clients that nobody knows, strange URIs."""

import base64
import json
import time
from typing import Final

from cli.doctor.exchange import Exchange
from cli.doctor.messages import headers, initialize
from cli.doctor.pkce import new_proof
from cli.doctor.steps.authorization import (
    authorization_endpoint,
    authorization_url,
    open_as_browser,
)
from cli.doctor.steps.client_token import ask_token, token_endpoint
from cli.doctor.steps.metadata import issuer_of
from cli.doctor.visit import Registration, Visit

STEP: Final = "What has to be refused"
ANOTHER: Final = "https://doctor.invalid/mcp"
ELSEWHERE: Final = "https://doctor.invalid/callback"
_DAY_SECONDS: Final = 86400
_UNKNOWN: Final = Registration("no-such-client-of-the-doctor", {})


def made_up_tokens(visit: Visit) -> None:
    """Call with a token of random text, and with an unsigned JWT that says the right things."""
    for name, token in (("random", "made-up-by-the-doctor"), ("unsigned", _unsigned(visit))):
        visit.made_up_tokens[name] = call_with(visit, token)


def call_with(visit: Visit, token: str) -> Exchange:
    """The legacy handshake with that token."""
    message = initialize()
    sent = headers(message, token=token)
    return visit.recorder.ask(STEP, "POST", visit.url, headers=sent, message=message)


def unknown_client(visit: Visit) -> None:
    """Refresh as a client that was never registered."""
    if visit.server and token_endpoint(visit, visit.server):
        parameters = {"grant_type": "refresh_token", "refresh_token": "made-up-by-the-doctor"}
        visit.unknown_client["token"] = ask_token(visit, _UNKNOWN, parameters, step=STEP)


def strange_requests(visit: Visit) -> None:
    """With the doctor's own client: a redirect URI that it never registered, no PKCE, and a
    resource of others."""
    endpoint = authorization_endpoint(visit, visit.server)
    if not endpoint or not visit.own:
        return
    pkce = {"code_challenge": new_proof().challenge, "code_challenge_method": "S256"}
    resource = {"resource": visit.resource}
    url = authorization_url(endpoint, visit.own.client_id, ELSEWHERE, "state", pkce | resource)
    visit.foreign_redirect, _ = open_as_browser(visit, url, ELSEWHERE)
    ours = visit.own_redirect_uri
    url = authorization_url(endpoint, visit.own.client_id, ours, "state", resource)
    visit.without_pkce, _ = open_as_browser(visit, url, ours)
    url = authorization_url(
        endpoint, visit.own.client_id, ours, "state", pkce | {"resource": ANOTHER}
    )
    visit.foreign_resource, _ = open_as_browser(visit, url, ours)


def _unsigned(visit: Visit) -> str:
    now = int(time.time())
    claims = {
        "iss": issuer_of(visit),
        "sub": "doctor",
        "aud": visit.resource,
        "client_id": "doctor",
        "scope": visit.scopes,
        "iat": now,
        "exp": now + _DAY_SECONDS,
    }
    parts = ({"alg": "none", "typ": "at+jwt"}, claims)
    encoded = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts)
    return ".".join(part.rstrip("=") for part in encoded) + "."
