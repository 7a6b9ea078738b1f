"""Client authentication (RFC 6749 section 2.3): how a client proves who it is."""

import base64
from collections.abc import Collection
from typing import NamedTuple
from urllib.parse import unquote_plus

from gatehouse.errors import InvalidClient, InvalidRequest
from gatehouse.oauth.assertions import Assertion
from gatehouse.oauth.capabilities import KEY_METHOD, SECRET_METHODS, TOKEN_ENDPOINT_AUTH_METHODS
from gatehouse.oauth.client_assertions import ClientAssertions, client_assertion, named_client
from gatehouse.oauth.clients import Client, ClientDirectory
from gatehouse.oauth.parameters import Parameters
from gatehouse.oauth.secret_values import matches
from gatehouse.oauth.story import Story


class _Credentials(NamedTuple):
    client_id: str
    client_secret: str | None
    method: str
    assertion: Assertion | None = None


def authenticate_client(
    parameters: Parameters,
    authorization: str | None,
    *,
    clients: ClientDirectory,
    assertions: ClientAssertions,
    now: int,
    story: Story,
    methods: Collection[str] = TOKEN_ENDPOINT_AUTH_METHODS,
) -> Client:
    """The client that sent the request, proven by the method it registered.

    `authorization` is the header of that name; `methods` are those that are good enough for what
    is asked. A client assertion that was used before shows at the `SingleUse` of `assertions`.
    Raises `InvalidClient` for a client that is unknown, expired or proves nothing,
    `InvalidRequest` for two authentications at once, and `ClientDocumentUnavailable`.
    """
    credentials = _credentials(parameters, authorization)
    client = clients.find(credentials.client_id, now=now, story=story, accepts_stale=True)
    _require_registered_method(client, credentials)
    _require_accepted_method(credentials, methods)
    _require_secret(client, credentials)
    if credentials.assertion:
        assertions.verify(credentials.assertion, client, now=now)
    return client


def named_client_id(parameters: Parameters, authorization: str | None) -> str:
    """The client that the request says it is from, which nothing is proven of yet.

    Raises `InvalidClient` or `InvalidRequest` where `authenticate_client` will.
    """
    return _credentials(parameters, authorization).client_id


def _credentials(parameters: Parameters, authorization: str | None) -> _Credentials:
    client_id, client_secret = parameters.get("client_id"), parameters.get("client_secret")
    scheme, _, encoded = (authorization or "").partition(" ")
    assertion = client_assertion(parameters)
    if assertion:
        # RFC 6749 section 2.3: not more than one authentication method in each request
        if client_secret or scheme.lower() == "basic":
            raise InvalidRequest("Send a client assertion or the client's secret, not both")
        return _Credentials(named_client(assertion, client_id), None, KEY_METHOD, assertion)
    if scheme.lower() != "basic":
        # RFC 6749 section 5.2: no client authentication included
        if not client_id:
            raise InvalidClient("client_id is missing")
        return _Credentials(
            client_id, client_secret, "client_secret_post" if client_secret else "none"
        )
    basic_id, basic_secret = _basic(encoded.strip())
    # RFC 6749 section 2.3: not more than one authentication method in each request;
    # the id alone in the body proves nothing and is no second one
    if client_secret or (client_id and client_id != basic_id):
        raise InvalidRequest("Send the client's credentials once, in the header or in the body")
    return _Credentials(basic_id, basic_secret, "client_secret_basic" if basic_secret else "none")


def _basic(encoded: str) -> tuple[str, str]:
    # RFC 6749 section 2.3.1: both parts are form-encoded inside; our ids and secrets have only
    # unreserved characters, so clients that skip the encoding are understood as well
    try:
        decoded = base64.b64decode(encoded, validate=True).decode()
    except ValueError:
        raise InvalidClient("The Authorization header is not valid Basic authentication") from None
    client_id, _, client_secret = decoded.partition(":")
    return unquote_plus(client_id), unquote_plus(client_secret)


def _require_registered_method(client: Client, credentials: _Credentials) -> None:
    # RFC 7591 section 2: the method that was registered is the one to use
    methods = client.token_endpoint_auth_methods
    if credentials.method not in methods:
        raise InvalidClient(
            f"This client is registered for {' or '.join(methods)}",
            reason=f"method {credentials.method}",
        )


def _require_accepted_method(credentials: _Credentials, methods: Collection[str]) -> None:
    # RFC 6749 section 4.4, RFC 7662 section 4: some things are for clients that prove who they are
    if credentials.method not in methods:
        raise InvalidClient(
            f"What is asked for takes {' or '.join(methods)}",
            reason=f"method {credentials.method} is not enough",
        )


def _require_secret(client: Client, credentials: _Credentials) -> None:
    if credentials.method not in SECRET_METHODS:
        return
    if not client.secret_hash or not matches(credentials.client_secret or "", client.secret_hash):
        raise InvalidClient("The client's credentials are wrong", reason="wrong secret")
