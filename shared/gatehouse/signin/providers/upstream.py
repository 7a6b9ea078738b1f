"""What is asked of an identity provider, of whichever kind it is."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlencode, urlsplit

from gatehouse.documents import ApiAnswer, CallApi, DocumentUnavailable
from gatehouse.parameters import Parameters
from gatehouse.signin.providers.arrival import Arrival, UpstreamTokens
from gatehouse.signin.providers.attempts import ProviderAttempt, Secrets
from gatehouse.signin.providers.errors import ProviderUnavailable, Untrusted

ReadSecret = Callable[[str], str]


class Journey(NamedTuple):
    """One attempt with its secrets, and the redirect URI that is fixed for its provider."""

    attempt: ProviderAttempt
    secrets: Secrets
    redirect_uri: str
    now: int


class Upstream(Protocol):
    """Speaks with one provider. Each raises `CannotSignIn`."""

    def authorization_url(self, journey: Journey) -> str:
        """Where the browser is sent to sign in."""

    def require_issuer(self, answer: Parameters, *, now: int) -> None:
        """Raise `Untrusted` if the answer says that it is another provider's (RFC 9207)."""

    def arrival(self, code: str, journey: Journey) -> Arrival:
        """Who signed in there, for the code that came back."""

    def refreshed(self, tokens: UpstreamTokens, *, now: int) -> UpstreamTokens:
        """The provider's tokens, anew by the refresh token."""

    def end_session_url(self, return_to: str, *, now: int) -> str | None:
        """Where the browser is sent to sign out, if the provider has such a page."""


def with_query(endpoint: str, parameters: Mapping[str, str]) -> str:
    """The endpoint with more parameters in its query, which it may have (RFC 6749 section 3.1)."""
    return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(parameters)}"


def called(
    call: CallApi,
    url: str,
    *,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> ApiAnswer:
    """The answer of a provider's API. Raises `ProviderUnavailable`."""
    try:
        return call(url, form=form, headers=headers)
    except DocumentUnavailable as unavailable:
        raise ProviderUnavailable(str(unavailable)) from None


def read_tokens(answer: ApiAnswer, *, now: int) -> UpstreamTokens:
    """The tokens of a token response (RFC 6749 section 5.1). Raises `Untrusted`."""
    value: Any = answer.value
    # GitHub refuses with 200
    if answer.status != 200 or not isinstance(value, dict) or "error" in value:
        raise Untrusted(f"the token endpoint refused: {known_error(value)}")
    access_token, refresh_token = value.get("access_token"), value.get("refresh_token")
    if not isinstance(access_token, str) or not access_token:
        raise Untrusted("the token endpoint gave no access token")
    return UpstreamTokens(
        access_token,
        refresh_token if isinstance(refresh_token, str) and refresh_token else None,
        _expiry(value.get("expires_in"), now),
    )


def _expiry(seconds: Any, now: int) -> int | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int) or seconds <= 0:
        return None
    return now + min(seconds, _LONGEST)


def known_error(value: Any) -> str:
    """The error code of an answer if it is a registered one: others are a stranger's words."""
    error = value.get("error") if isinstance(value, dict) else value
    return error if error in _KNOWN_ERRORS else "an error of its own"


_LONGEST = 10**9  # seconds: what storage takes is no number of any size
# RFC 6749 sections 4.1.2.1 and 5.2, OpenID Connect Core section 3.1.2.6
_KNOWN_ERRORS = (
    *("invalid_request", "invalid_client", "invalid_grant", "unauthorized_client"),
    *("unsupported_grant_type", "invalid_scope", "access_denied", "unsupported_response_type"),
    *("server_error", "temporarily_unavailable", "interaction_required", "login_required"),
    *("account_selection_required", "consent_required", "bad_verification_code"),
)
