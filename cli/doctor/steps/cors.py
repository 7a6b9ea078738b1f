"""What a browser asks before it lets a page of another origin call (Fetch, CORS preflight)."""

from typing import Final

from cli.doctor.steps.authorization import authorization_endpoint
from cli.doctor.steps.client_token import token_endpoint
from cli.doctor.steps.registration import registration_endpoint
from cli.doctor.visit import Visit

STEP: Final = "From a browser"
ORIGIN: Final = "http://localhost:6274"
_VERSION: Final = "mcp-protocol-version"
_MCP: Final = f"accept, authorization, content-type, {_VERSION}"


def preflight(visit: Visit) -> None:
    """Preflight every endpoint that a client in a browser calls, and the one it must not."""
    _ask(visit, "the MCP endpoint", visit.url, "POST", _MCP)
    for name, exchange in (
        ("the protected resource metadata", visit.resource_exchange),
        ("the authorization server metadata", visit.server_exchange),
    ):
        if exchange:
            _ask(visit, name, exchange.url, "GET", _VERSION)
    for name, url in (
        ("the registration endpoint", registration_endpoint(visit, visit.server)),
        ("the token endpoint", token_endpoint(visit, visit.server)),
    ):
        if visit.server and url:
            _ask(visit, name, url, "POST", "content-type")
    url = authorization_endpoint(visit, visit.server)
    if visit.server and url:
        _ask(visit, "the authorization endpoint", url, "GET", "authorization")


def _ask(visit: Visit, name: str, url: str, method: str, wanted: str) -> None:
    headers = {
        "origin": ORIGIN,
        "access-control-request-method": method,
        "access-control-request-headers": wanted,
    }
    visit.preflights[name] = visit.recorder.ask_once(STEP, "OPTIONS", url, headers=headers)
    if name == "the MCP endpoint":
        plain = {"origin": ORIGIN, "accept": "text/event-stream"}
        visit.preflights["its challenge"] = visit.recorder.ask_once(STEP, "GET", url, headers=plain)
