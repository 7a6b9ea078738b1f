"""The authorization request (RFC 6749 section 4.1.1) and its checks, in order.

The checks come in two halves. Until client and redirect URI are trusted, an error is shown to the
person (`find_destination`); from there on it goes back to the client (`check_request`).
"""

from dataclasses import dataclass

from gatehouse.errors import (
    InvalidRequest,
    OAuthError,
    UnsupportedResponseType,
)
from gatehouse.oauth import capabilities, redirect_uris
from gatehouse.oauth.clients import Client, ClientDirectory
from gatehouse.oauth.parameters import Parameters
from gatehouse.oauth.pkce import require_challenge
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.resources import Resources
from gatehouse.oauth.story import Story


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the answer goes: a known client at one of its redirect URIs."""

    client: Client
    redirect_uri: str
    state: str | None

    def success(self, code: str, *, issuer: str) -> str:
        """The redirect with the code (RFC 6749 section 4.1.2, RFC 9207 section 2)."""
        return self._redirect({"code": code}, issuer)

    def failure(self, error: OAuthError, *, issuer: str) -> str:
        """The redirect with an error (RFC 6749 section 4.1.2.1, RFC 9207 section 2)."""
        return self._redirect(error.body, issuer)

    def _redirect(self, parameters: dict[str, str], issuer: str) -> str:
        state = {"state": self.state} if self.state is not None else {}
        return redirect_uris.with_parameters(
            self.redirect_uri, {**parameters, **state, "iss": issuer}
        )


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request that passed every check; the scopes and resources are those to ask for."""

    destination: Destination
    scopes: tuple[str, ...]
    resources: tuple[str, ...]
    code_challenge: str
    code_challenge_method: str
    prompts: frozenset[str] = frozenset()

    @property
    def client(self) -> Client:
        return self.destination.client


def find_destination(
    parameters: Parameters, *, clients: ClientDirectory, now: int, story: Story
) -> Destination:
    """The client and the redirect URI of the request.

    Raises `InvalidClient`, `ClientDocumentUnavailable` or `InvalidRequest`, which are for the
    person to read: RFC 6749 section 4.1.2.1 forbids to redirect to a URI that is not trusted.
    """
    client = clients.find(parameters.require("client_id"), now=now, story=story)
    redirect_uri = parameters.get("redirect_uri")
    # RFC 6749 section 3.1.2.3: it may be left out if exactly one is registered
    if redirect_uri is None:
        if len(client.redirect_uris) != 1:
            raise InvalidRequest("redirect_uri is required")
        redirect_uri = client.redirect_uris[0]
    if not redirect_uris.is_registered(redirect_uri, client.redirect_uris):
        raise InvalidRequest("The redirect_uri is not one that this client registered")
    return Destination(client, redirect_uri, _state(parameters))


def check_request(
    parameters: Parameters, destination: Destination, *, policy: Policy, issuer: str
) -> AuthorizationRequest:
    """The request, checked. Raises an `OAuthError` that belongs in a redirect to the client."""
    # RFC 6749 section 3.1: no parameter more than once; RFC 8707 section 2 exempts `resource`
    parameters.require_single(repeatable=("resource",))
    _require_no_request_object(parameters)
    _require_response_type(parameters)
    destination.client.require_grant_type("authorization_code")
    code_challenge, method = require_challenge(
        parameters.get("code_challenge"),
        parameters.get("code_challenge_method"),
        policy.code_challenge_methods,
    )
    resources = Resources(issuer, policy.resources)
    return AuthorizationRequest(
        destination=destination,
        scopes=policy.scopes.grantable(parameters.get("scope")),
        resources=resources.requested(
            parameters.all("resource"), default=(resources.mcp.identifier,)
        ),
        code_challenge=code_challenge,
        code_challenge_method=method,
        prompts=_prompts(parameters),
    )


def _state(parameters: Parameters) -> str | None:
    # A repeated state is refused once it can be reported; until then there is none to send back
    values = parameters.all("state")
    return values[0] if len(values) == 1 else None


def _prompts(parameters: Parameters) -> frozenset[str]:
    asked = frozenset((parameters.get("prompt") or "").split())
    # OpenID Connect Core section 3.1.2.1: `none` with any other value is an error
    if "none" in asked and len(asked) > 1:
        raise InvalidRequest("prompt must be none alone, or not none")
    # the same section lets the server ignore a value that it does not know
    return asked & set(capabilities.PROMPT_VALUES)


def _require_no_request_object(parameters: Parameters) -> None:
    # RFC 9101 section 5: ignoring these would answer another request than the one that was signed
    for name in ("request", "request_uri"):
        if parameters.get(name):
            raise InvalidRequest(f"{name} is not supported: send the parameters themselves")


def _require_response_type(parameters: Parameters) -> None:
    supported = capabilities.RESPONSE_TYPES
    if parameters.require("response_type") not in supported:
        raise UnsupportedResponseType(f"response_type must be: {', '.join(supported)}")
    mode = parameters.get("response_mode")
    if mode and mode not in capabilities.RESPONSE_MODES:
        raise InvalidRequest(f"response_mode must be: {', '.join(capabilities.RESPONSE_MODES)}")
