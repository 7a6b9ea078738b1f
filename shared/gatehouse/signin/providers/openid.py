"""Sign-in by OpenID Connect: the authorization code flow with PKCE (Core section 3.1)."""

import base64
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote_plus

from gatehouse.documents import ApiAnswer, CallApi, DocumentUnavailable
from gatehouse.oauth.assertions import BadAssertion
from gatehouse.oauth.remembered_documents import RememberedDocuments
from gatehouse.parameters import Parameters
from gatehouse.signin.providers.arrival import Arrival, UpstreamTokens, groups, verified_email
from gatehouse.signin.providers.discovery import Metadata, discover
from gatehouse.signin.providers.errors import ProviderUnavailable, Untrusted
from gatehouse.signin.providers.id_tokens import Expected, verified_claims
from gatehouse.signin.providers.provider import Provider
from gatehouse.signin.providers.upstream import (
    Journey,
    ReadSecret,
    called,
    read_tokens,
    with_query,
)

_COGNITO: Final = "https://cognito-idp."
_POST: Final = "client_secret_post"


class OpenIDProvider:
    """Keeps the promises of `Upstream` for whoever has an issuer URL."""

    def __init__(
        self,
        provider: Provider,
        documents: RememberedDocuments,
        call: CallApi,
        read_secret: ReadSecret,
        *,
        on_loopback: bool = False,
    ) -> None:
        self._provider = provider
        self._documents = documents
        self._call = call
        self._read_secret = read_secret
        self._on_loopback = on_loopback

    def authorization_url(self, journey: Journey) -> str:
        endpoint = self._metadata(journey.now).authorization_endpoint
        # ours count last: what binds the answer to the browser is not the operator's to change
        asked = {
            **dict(self._provider.authorization_parameters),
            "response_type": "code",
            "client_id": self._provider.client_id,
            "redirect_uri": journey.redirect_uri,
            "scope": self._provider.scope,
            "state": journey.secrets.state,
            "nonce": journey.secrets.nonce,
            "code_challenge": journey.secrets.code_challenge,
            "code_challenge_method": "S256",
        }
        if journey.attempt.asks_again:
            # Core section 3.1.2.1: prompt for those who do as asked, max_age for those who tell
            asked |= {"prompt": "login", "max_age": "0"}
        return with_query(endpoint, asked)

    def require_issuer(self, answer: Parameters, *, now: int) -> None:
        # RFC 9207 section 2.4: where it is announced it has to be there, and it is never another
        issuer = answer.get("iss")
        if issuer is None and not self._metadata(now).sends_iss:
            return
        if issuer != self._provider.issuer:
            raise Untrusted("iss of the answer is missing or another issuer")

    def arrival(self, code: str, journey: Journey) -> Arrival:
        grant = {"grant_type": "authorization_code", "code": code}
        proof = {
            "redirect_uri": journey.redirect_uri,
            "code_verifier": journey.secrets.code_verifier,
        }
        answer = self._ask_token_endpoint(grant | proof, journey.now)
        tokens = read_tokens(answer, now=journey.now)
        claims = self._verified(answer.value.get("id_token"), journey)
        if self._lacks_something(claims):
            claims = _merged(self._userinfo(tokens, claims, journey.now), claims)
        return Arrival(
            subject=claims["sub"],
            email=verified_email(claims, self._provider),
            groups=groups(claims, self._provider),
            tokens=tokens,
        )

    def refreshed(self, tokens: UpstreamTokens, *, now: int) -> UpstreamTokens:
        form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token or ""}
        fresh = read_tokens(self._ask_token_endpoint(form, now), now=now)
        # RFC 6749 section 6: without another one the old one stays
        return fresh._replace(refresh_token=fresh.refresh_token or tokens.refresh_token)

    def end_session_url(self, return_to: str, *, now: int) -> str | None:
        endpoint = self._metadata(now).end_session_endpoint
        # OpenID Connect RP-Initiated Logout section 2: with client_id, no ID token has to be kept.
        # Cognito's logout endpoint has another name for where it leads
        is_cognito = self._provider.issuer.startswith(_COGNITO)
        name = "logout_uri" if is_cognito else "post_logout_redirect_uri"
        asked = {"client_id": self._provider.client_id, name: return_to}
        return with_query(endpoint, asked) if endpoint else None

    def _metadata(self, now: int) -> Metadata:
        try:
            return discover(
                self._provider.issuer, self._documents, on_loopback=self._on_loopback, now=now
            )
        except DocumentUnavailable as unavailable:
            raise ProviderUnavailable(f"metadata: {unavailable}") from None

    def _ask_token_endpoint(self, form: dict[str, str], now: int) -> ApiAnswer:
        metadata = self._metadata(now)
        client_id = self._provider.client_id
        secret = self._read_secret(self._provider.client_secret)
        method = self._provider.token_endpoint_auth_method or (metadata.prefers_post and _POST)
        if method == _POST:
            form = {**form, "client_id": client_id, "client_secret": secret}
            return called(self._call, metadata.token_endpoint, form=form)
        # RFC 6749 section 2.3.1: each is form-encoded first
        pair = f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()
        headers = {"authorization": f"Basic {base64.b64encode(pair).decode()}"}
        return called(self._call, metadata.token_endpoint, form=form, headers=headers)

    def _verified(self, id_token: Any, journey: Journey) -> Mapping[str, Any]:
        if not isinstance(id_token, str):
            raise Untrusted("the token endpoint gave no ID token")
        now, jwks_uri = journey.now, self._metadata(journey.now).jwks_uri
        expected = Expected(
            issuer=self._provider.issuer,
            client_id=self._provider.client_id,
            nonce=journey.secrets.nonce,
            now=now,
            authenticated_since=journey.attempt.created_at if journey.attempt.asks_again else None,
        )
        try:
            return verified_claims(
                id_token,
                expected,
                lambda header: self._documents.keys(jwks_uri, header, now=now),
            )
        except BadAssertion as bad:
            raise Untrusted(f"ID token: {bad}") from None
        except DocumentUnavailable as unavailable:
            raise ProviderUnavailable(f"keys: {unavailable}") from None

    def _lacks_something(self, claims: Mapping[str, Any]) -> bool:
        wanted = ["email"]
        wanted += [self._provider.groups_claim] if self._provider.wants_groups else []
        return any(name not in claims for name in wanted)

    def _userinfo(
        self, tokens: UpstreamTokens, claims: Mapping[str, Any], now: int
    ) -> Mapping[str, Any]:
        """What the provider tells at its userinfo endpoint alone (Core section 5.3)."""
        endpoint = self._metadata(now).userinfo_endpoint
        if endpoint is None:
            return {}
        headers = {"authorization": f"Bearer {tokens.access_token}"}
        answer = called(self._call, endpoint, headers=headers)
        # section 5.3.2: it may be about somebody else, unless sub is the same
        told = answer.value if answer.status == 200 else None
        if not isinstance(told, dict) or told.get("sub") != claims["sub"]:
            raise Untrusted("the userinfo endpoint told of nobody, or of somebody else")
        return told


def _merged(told: Mapping[str, Any], claims: Mapping[str, Any]) -> Mapping[str, Any]:
    """Both; the ID token counts first, and whether an address is verified is said beside it."""
    if "email" in claims:
        told = {name: value for name, value in told.items() if name != "email_verified"}
    return {**told, **claims}
