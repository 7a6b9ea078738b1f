"""Errors of the registered OAuth codes.

Each error is named after its code and decides its own answer: the HTTP status, the code and the
description that the client reads. ``reason`` is for the log alone and may say what the client
must not learn.
"""

from typing import ClassVar, Final

# RFC 6749 section 5.2: printable ASCII without quotation marks and backslashes
_ALLOWED: Final = frozenset(map(chr, range(0x20, 0x7F))) - {'"', "\\"}


class GatehouseError(Exception):
    """Root of every error that Gatehouse raises on purpose."""


class Unavailable(GatehouseError):
    """A dependency (DynamoDB, KMS) did not answer; the caller may try again."""


class OAuthError(GatehouseError):
    """An answer of RFC 6749 section 5.2, or of an RFC that registers further codes."""

    code: ClassVar[str]
    status: ClassVar[int] = 400

    def __init__(self, description: str, *, reason: str = "") -> None:
        """Take what the client reads (`description`) and what only the log reads (`reason`)."""
        self.description = "".join(c if c in _ALLOWED else "'" for c in description)
        self.reason = reason or self.description
        super().__init__(self.description)

    @property
    def body(self) -> dict[str, str]:
        """The JSON object of RFC 6749 section 5.2."""
        return {"error": self.code, "error_description": self.description}


class InvalidRequest(OAuthError):
    """RFC 6749 section 5.2: malformed, or a parameter missing or repeated."""

    code = "invalid_request"


class RequestTooLarge(InvalidRequest):
    """RFC 9110 section 15.5.14: the body is larger than the endpoint reads."""

    status = 413


class WrongOrigin(InvalidRequest):
    """MCP, Streamable HTTP: a page that may not call the server, by its Origin."""

    status = 403


class InvalidClient(OAuthError):
    """RFC 6749 section 5.2: the client is unknown or did not prove who it is."""

    code = "invalid_client"
    status = 401


class InvalidClientDocument(InvalidClient):
    """The client's own metadata document is gone, wrong, or one that is not read here."""


class UnreadClientDocument(InvalidClientDocument):
    """The client's own metadata document could not be had, nor ever was: nobody knows the client.

    Anybody can name such a client, so that it is no failure of ours.
    """


class InvalidGrant(OAuthError):
    """RFC 6749 section 5.2: the code or refresh token is invalid, expired, revoked or another's."""

    code = "invalid_grant"


class UnauthorizedClient(OAuthError):
    """RFC 6749 section 5.2: this client may not use this grant type."""

    code = "unauthorized_client"


class UnsupportedGrantType(OAuthError):
    """RFC 6749 section 5.2: the authorization server has no such grant type."""

    code = "unsupported_grant_type"


class UnsupportedResponseType(OAuthError):
    """RFC 6749 section 4.1.2.1: the authorization server has no such response type."""

    code = "unsupported_response_type"


class InvalidScope(OAuthError):
    """RFC 6749 section 5.2: more scope than was granted."""

    code = "invalid_scope"


class InvalidTarget(OAuthError):
    """RFC 8707 section 2: the resource is not one that this authorization server protects."""

    code = "invalid_target"


class AccessDenied(OAuthError):
    """RFC 6749 section 4.1.2.1: the resource owner said no."""

    code = "access_denied"


class LoginRequired(OAuthError):
    """OpenID Connect Core section 3.1.2.6: nobody is signed in, and no page may be shown."""

    code = "login_required"


class ConsentRequired(OAuthError):
    """OpenID Connect Core section 3.1.2.6: the person was not asked yet, and may not be now."""

    code = "consent_required"


class InteractionRequired(OAuthError):
    """OpenID Connect Core section 3.1.2.6: it takes the person's hand, and no page may be shown."""

    code = "interaction_required"


class InvalidRedirectUri(OAuthError):
    """RFC 7591 section 3.2.2: a redirect URI that may not be registered."""

    code = "invalid_redirect_uri"


class InvalidClientMetadata(OAuthError):
    """RFC 7591 section 3.2.2: a metadata member that the server does not accept."""

    code = "invalid_client_metadata"


class InvalidToken(OAuthError):
    """RFC 6750 section 3.1: the access token is expired, revoked, malformed or not for us."""

    code = "invalid_token"
    status = 401


class MissingToken(InvalidToken):
    """RFC 6750 section 3.1: no authentication was sent, so the challenge names no error."""


class InsufficientScope(OAuthError):
    """RFC 6750 section 3.1: the access token's scope does not reach this far.

    `scopes` are those that the challenge tells the client to ask for.
    """

    code = "insufficient_scope"
    status = 403

    def __init__(self, description: str, *, scopes: tuple[str, ...], reason: str = "") -> None:
        super().__init__(description, reason=reason)
        self.scopes = scopes


class ServerError(OAuthError):
    """RFC 6749 section 4.1.2.1: an unexpected condition on our side."""

    code = "server_error"
    status = 500


class TemporarilyUnavailable(OAuthError):
    """RFC 6749 section 4.1.2.1: a dependency did not answer in time."""

    code = "temporarily_unavailable"
    status = 503


class ClientDocumentUnavailable(TemporarilyUnavailable):
    """The metadata document of a client that is known here could not be had just now."""
