"""A client that sends what it is told over plain HTTP, so that a test can play any real one."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2

from tests.clients.sign_in import sign_in
from tests.functions.actors import CHALLENGE, VERIFIER

STATE = "a state"


class PlainClient:
    """Registers with a document, and goes on from there by itself."""

    def __init__(self, http: httpx2.Client, document: Mapping[str, Any]) -> None:
        self._http = http
        answer = http.post("/register", json=document)
        assert answer.status_code == 201, answer.text
        self.registration: dict[str, Any] = answer.json()

    @property
    def client_id(self) -> str:
        return str(self.registration["client_id"])

    @property
    def origin(self) -> str:
        return str(self._http.base_url).rstrip("/")

    def authorization_url(self, redirect_uri: str, **changes: str | None) -> str:
        """Where the person is sent; a change to None leaves a parameter out."""
        parameters = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "state": STATE,
            "resource": f"{self.origin}/mcp/mcp",
        }
        return f"{self.origin}/oauth/authorize?{urlencode(_chosen(parameters | changes))}"

    def connect(self, redirect_uri: str, **changes: str | None) -> dict[str, Any]:
        """The token response of a whole sign-in; `resource` is sent on both legs."""
        code = self.callback(redirect_uri, sign_in(self.authorization_url(redirect_uri, **changes)))
        resource = changes.get("resource", f"{self.origin}/mcp/mcp")
        answer = self.exchange(redirect_uri, code, resource=resource)
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens

    def callback(self, redirect_uri: str, url: str) -> str:
        """The code that came back, as a client finds it that checks everything."""
        assert url.startswith(f"{redirect_uri}?")
        returned = parse_qs(urlsplit(url).query, strict_parsing=True)
        (code,) = returned.pop("code")
        assert returned == {"state": [STATE], "iss": [self.origin]}
        return code

    def exchange(self, redirect_uri: str, code: str, **changes: str | None) -> httpx2.Response:
        """Ask the token endpoint for the code's tokens."""
        parameters: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": VERIFIER,
        }
        return self.token(**parameters | changes)

    def refresh(self, refresh_token: str, **changes: str | None) -> httpx2.Response:
        """Ask the token endpoint for new tokens."""
        return self.token(
            **{"grant_type": "refresh_token", "refresh_token": refresh_token} | changes
        )

    def token(self, **parameters: str | None) -> httpx2.Response:
        """Ask the token endpoint, with the secret in the body if there is one."""
        secret = self.registration.get("client_secret")
        form = {"client_id": self.client_id, "client_secret": secret, **parameters}
        return self._http.post("/api/oauth/token", data=_chosen(form))


def call(
    http: httpx2.Client,
    access_token: str,
    method: str = "ping",
    params: Mapping[str, Any] | None = None,
    **headers: str,
) -> httpx2.Response:
    """One MCP request of a 2025-11-25 client."""
    message: dict[str, Any] = {"jsonrpc": "2.0", "id": 1, "method": method}
    if params is not None:
        message["params"] = params
    sent = {
        "authorization": f"Bearer {access_token}",
        "accept": "application/json, text/event-stream",
        "mcp-protocol-version": "2025-11-25",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return http.post("/mcp/mcp", json=message, headers=sent)


def whoami(http: httpx2.Client, access_token: str) -> dict[str, Any]:
    """What the tool says about who is signed in."""
    answer = call(http, access_token, "tools/call", {"name": "whoami", "arguments": {}})
    assert answer.status_code == 200, answer.text
    identity: dict[str, Any] = answer.json()["result"]["structuredContent"]
    return identity


def _chosen(parameters: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in parameters.items() if value is not None}
