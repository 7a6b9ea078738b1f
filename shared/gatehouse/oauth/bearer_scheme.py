"""The Bearer scheme (RFC 6750): how a token comes with a request, and how one is asked for."""

from collections.abc import Mapping

from gatehouse.errors import MissingToken, OAuthError


def bearer_token(authorization: str | None) -> str:
    """The token of an `Authorization` header. Raises `MissingToken` for any other scheme."""
    scheme, _, token = (authorization or "").partition(" ")
    # RFC 9110 section 11.1: the scheme is case-insensitive
    if scheme.lower() != "bearer":
        raise MissingToken("Authentication is required: send an access token as a bearer token")
    return token.strip()


def bearer_challenge(error: OAuthError, parameters: Mapping[str, str]) -> str:
    """The `WWW-Authenticate` value for `error` (RFC 6750 section 3)."""
    told = dict(parameters)
    # RFC 6750 section 3.1: a request without authentication gets no error code
    if not isinstance(error, MissingToken):
        told |= {"error": error.code, "error_description": error.description}
    return "Bearer " + ", ".join(f'{name}="{value}"' for name, value in told.items())
