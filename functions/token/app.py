"""POST /api/oauth/token and /token (RFC 6749 section 3.2)."""

from gatehouse import wiring
from gatehouse.errors import UnsupportedGrantType
from gatehouse.http.endpoint import endpoint
from gatehouse.http.request import Request
from gatehouse.http.response import Response, json_response
from gatehouse.oauth import capabilities
from gatehouse.oauth.client_authentication import authenticate_client
from gatehouse.oauth.clients import note_use
from gatehouse.oauth.code_exchange import exchange_code
from gatehouse.oauth.refresh import refresh
from gatehouse.oauth.token_endpoint import TokenEndpoint

_USE_CASES = {"authorization_code": exchange_code, "refresh_token": refresh}


def issue_tokens(request: Request) -> Response:
    """Authenticate the client, then hand over to the grant type that it names."""
    now, policy = wiring.now(), wiring.settings().policy
    parameters = request.form()
    # RFC 6749 section 3.2: no parameter more than once; RFC 8707 section 2 exempts `resource`
    parameters.require_single(repeatable=("resource",))
    grant_type = parameters.require("grant_type")
    if grant_type not in capabilities.GRANT_TYPES:
        supported = ", ".join(capabilities.GRANT_TYPES)
        raise UnsupportedGrantType(f"grant_type must be one of: {supported}")
    client = authenticate_client(
        parameters,
        request.headers.get("authorization"),
        clients=wiring.clients(),
        now=now,
        story=request.story,
    )
    note_use(client, clients=wiring.clients(), policy=policy, now=now)
    token_endpoint = TokenEndpoint(
        wiring.grants(), wiring.signing_keys(), policy, request.issuer, now, request.story
    )
    answer = _USE_CASES[grant_type](parameters, client, token_endpoint)
    return json_response(200, answer)


handler = endpoint(issue_tokens)
