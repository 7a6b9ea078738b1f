"""Requests to the token endpoint, with the client authentication of a client."""

import base64
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from cli.doctor.exchange import Exchange
from cli.doctor.places import origin_of
from cli.doctor.visit import Registration, Visit

STEP: Final = "Token"


def token_endpoint(visit: Visit, server: Mapping[str, Any]) -> str:
    """Where tokens are; the root's where there is no metadata (protocol 2025-03-26)."""
    if not server:
        return f"{origin_of(visit.url)}/token"
    endpoint = server.get("token_endpoint")
    return endpoint if isinstance(endpoint, str) else ""


def authenticated(
    registration: Registration, *, written: str = "body"
) -> tuple[dict[str, str], dict[str, str]]:
    """The headers and parameters by which a client says who it is (RFC 6749 section 2.3).

    `written` is how it writes a secret where the server leaves that to it or wants Basic: in the
    body, or `raw` or percent-encoded in Basic.
    """
    parameters = {"client_id": registration.client_id}
    if not registration.secret:
        return {}, parameters
    if registration.method == "client_secret_basic":
        pair = [registration.client_id, registration.secret]
        if written != "raw":
            pair = [quote(part, safe="") for part in pair]
        encoded = base64.b64encode(":".join(pair).encode()).decode()
        return {"authorization": f"Basic {encoded}"}, parameters
    return {}, parameters | {"client_secret": registration.secret}


def ask_token(
    visit: Visit,
    registration: Registration,
    parameters: Mapping[str, str],
    *,
    endpoint: str = "",
    written: str = "body",
    step: str = STEP,
) -> Exchange:
    """Ask the token endpoint."""
    headers, form = authenticated(registration, written=written)
    return visit.recorder.ask(
        step,
        "POST",
        endpoint or token_endpoint(visit, visit.server),
        headers={"accept": "application/json", **headers},
        form={**form, **parameters},
    )
