"""Sign-in by GitHub, which speaks OAuth and not OpenID Connect: its API tells who it is.

GitHub's "Authorizing OAuth apps" and REST API, in place of what an ID token would say.
"""

from collections.abc import Mapping
from typing import Any, Final

from gatehouse.documents import ApiAnswer, CallApi
from gatehouse.parameters import Parameters
from gatehouse.signin.providers.arrival import Arrival, UpstreamTokens, verified_email
from gatehouse.signin.providers.errors import Untrusted
from gatehouse.signin.providers.provider import GITHUB, Provider
from gatehouse.signin.providers.upstream import (
    Journey,
    ReadSecret,
    called,
    read_tokens,
    with_query,
)

_AUTHORIZE: Final = f"{GITHUB}/login/oauth/authorize"
_TOKEN: Final = f"{GITHUB}/login/oauth/access_token"
_API: Final = "https://api.github.com"


class GitHub:
    """Keeps the promises of `Upstream` for GitHub."""

    def __init__(self, provider: Provider, call: CallApi, read_secret: ReadSecret) -> None:
        self._provider = provider
        self._call = call
        self._read_secret = read_secret

    def authorization_url(self, journey: Journey) -> str:
        asked = {
            **dict(self._provider.authorization_parameters),
            "client_id": self._provider.client_id,
            "redirect_uri": journey.redirect_uri,
            "scope": self._provider.scope,
            "state": journey.secrets.state,
            "code_challenge": journey.secrets.code_challenge,
            "code_challenge_method": "S256",
        }
        if journey.attempt.asks_again:
            # the most that GitHub can be asked for
            asked["prompt"] = "select_account"
        return with_query(_AUTHORIZE, asked)

    def require_issuer(self, answer: Parameters, *, now: int) -> None:
        """Nothing: GitHub publishes no issuer. Its redirect URI is its own."""

    def arrival(self, code: str, journey: Journey) -> Arrival:
        proof = {"code": code, "code_verifier": journey.secrets.code_verifier}
        answer = self._ask_token_endpoint({**proof, "redirect_uri": journey.redirect_uri})
        tokens = read_tokens(answer, now=journey.now)
        subject = self._get("/user", tokens).get("id")
        # the number, as a login can be given up and taken by somebody else
        if not isinstance(subject, int) or isinstance(subject, bool):
            raise Untrusted("GitHub named nobody")
        return Arrival(str(subject), self._email(tokens), self._organisations(tokens), tokens)

    def refreshed(self, tokens: UpstreamTokens, *, now: int) -> UpstreamTokens:
        form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token or ""}
        return read_tokens(self._ask_token_endpoint(form), now=now)

    def end_session_url(self, return_to: str, *, now: int) -> str | None:
        """None: GitHub has no page that signs people out and sends them back."""

    def _ask_token_endpoint(self, form: Mapping[str, str]) -> ApiAnswer:
        secret = self._read_secret(self._provider.client_secret)
        ours = {"client_id": self._provider.client_id, "client_secret": secret}
        return called(self._call, _TOKEN, form={**ours, **form})

    def _email(self, tokens: UpstreamTokens) -> str | None:
        for each in self._list("/user/emails?per_page=100", tokens):
            if each.get("primary") is True:
                claims = {"email": each.get("email"), "email_verified": each.get("verified")}
                return verified_email(claims, self._provider)
        return None

    def _organisations(self, tokens: UpstreamTokens) -> frozenset[str]:
        if not self._provider.wants_groups:
            return frozenset()
        listed = self._list("/user/orgs?per_page=100", tokens)
        return frozenset(each["login"] for each in listed if isinstance(each.get("login"), str))

    def _get(self, path: str, tokens: UpstreamTokens) -> dict[str, Any]:
        value = self._ask(path, tokens)
        if not isinstance(value, dict):
            raise Untrusted("GitHub's API answered something else")
        return value

    def _list(self, path: str, tokens: UpstreamTokens) -> list[dict[str, Any]]:
        value = self._ask(path, tokens)
        if not isinstance(value, list):
            raise Untrusted("GitHub's API answered something else")
        return [each for each in value if isinstance(each, dict)]

    def _ask(self, path: str, tokens: UpstreamTokens) -> Any:
        headers = {
            "authorization": f"Bearer {tokens.access_token}",
            "accept": "application/vnd.github+json",
            "x-github-api-version": "2022-11-28",
        }
        answer = called(self._call, f"{_API}{path}", headers=headers)
        if answer.status != 200:
            raise Untrusted(f"GitHub's API refused with {answer.status}")
        return answer.value
