"""POST /api/oauth/token and /token (RFC 6749 section 3.2)."""

from gatehouse import wiring
from gatehouse.http.approximate_origin import approximate_origin
from gatehouse.http.handler import endpoint
from gatehouse.http.request import Request
from gatehouse.http.response import Response, json_response
from gatehouse.oauth.token_endpoint.endpoint import issue_tokens, named_client_and_grant
from gatehouse.oauth.token_endpoint.issuance import Issuance


def token(request: Request) -> Response:
    """The tokens that the request's grant type gives to the client that it proves to be."""
    form, authorization = request.form(), request.headers.get("authorization")
    settings = wiring.settings()
    clients, grants = wiring.clients_and_grants(*named_client_and_grant(form, authorization))
    answer = issue_tokens(
        form,
        authorization,
        clients=clients,
        issuance=Issuance(
            grants,
            wiring.signing_keys(),
            wiring.client_assertions(request.issuer, request.path),
            settings.policy,
            request.issuer,
            wiring.now(),
            request.story,
            wiring.trusted_issuers(),
            approximate_origin(request, behind_cloudfront=settings.behind_cloudfront),
        ),
    )
    return json_response(200, answer)


handler = endpoint(token)
