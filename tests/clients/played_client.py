"""Any client of profiles.py, played over plain HTTP: its own requests, and nothing that is not."""

import base64
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import httpx2

from tests.clients.profiles import MODERN_VERSION, Profile
from tests.clients.sign_in import sign_in
from tests.functions.actors import CHALLENGE, VERIFIER

STATE = "a state"


class PlayedClient:
    """One installation of a client that connects to the server behind `http`."""

    def __init__(self, profile: Profile, http: httpx2.Client) -> None:
        self._profile = profile
        self._http = http
        self._origin = str(http.base_url).rstrip("/")
        self.registration: dict[str, Any] = {}

    def open(self) -> httpx2.Response:
        """The first request, before there is a token."""
        if self._profile.opens == "GET":
            return self._http.get("/mcp/mcp", headers={"accept": "text/event-stream"})
        return self._http.post("/mcp/mcp", json=self._first_message(), headers=self._mcp_headers())

    def ask_metadata(self) -> dict[str, httpx2.Response]:
        """What it is told at each path that it asks."""
        headers = {"mcp-protocol-version": self._profile.version, "accept": "application/json"}
        return {path: self._http.get(path, headers=headers) for path in self._profile.asks}

    def register(self) -> httpx2.Response:
        """Register as it does, and remember what it is told."""
        answer = self._http.post("/api/oauth/register", json=self._profile.registration)
        assert answer.status_code == 201, answer.text
        self.registration = answer.json()
        return answer

    def authorization_url(self) -> str:
        """Where it sends the person."""
        parameters = {
            "response_type": "code",
            "client_id": self.registration["client_id"],
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "redirect_uri": self._profile.comes_back_to,
            "state": STATE,
            **self._filled(self._profile.authorize),
        }
        return f"{self._origin}/oauth/authorize?{urlencode(parameters)}"

    def authorize(self) -> str:
        """The code that the person's browser comes back with."""
        url = sign_in(self.authorization_url())
        assert url.startswith(f"{self._profile.comes_back_to}?")
        returned = parse_qs(urlsplit(url).query, strict_parsing=True)
        assert (returned["state"], returned["iss"]) == ([STATE], [self._origin])
        (code,) = returned["code"]
        return code

    def exchange(self, code: str) -> httpx2.Response:
        """Ask for the code's tokens."""
        return self._token(
            {
                "grant_type": "authorization_code",
                "code": code,
                "code_verifier": VERIFIER,
                "redirect_uri": self._profile.comes_back_to,
                **self._filled(self._profile.exchange),
            }
        )

    def refresh(self, refresh_token: str) -> httpx2.Response:
        """Ask for new tokens."""
        return self._token(
            {
                "grant_type": "refresh_token",
                "refresh_token": refresh_token,
                **self._filled(self._profile.refresh),
            }
        )

    def call(self, access_token: str) -> httpx2.Response:
        """Its first message to the MCP server, with a token."""
        headers = {"authorization": f"Bearer {access_token}", **self._mcp_headers()}
        return self._http.post("/mcp/mcp", json=self._first_message(), headers=headers)

    def _token(self, form: dict[str, str]) -> httpx2.Response:
        client_id = str(self.registration["client_id"])
        secret = self.registration.get("client_secret")
        headers = {"accept": "application/json"}
        if secret is None or self._profile.secret != "raw":
            form["client_id"] = client_id
        if secret is not None:
            if self._profile.secret == "body":
                form["client_secret"] = secret
            else:
                pair = [client_id, str(secret)]
                if self._profile.secret == "encoded":
                    pair = [quote(part, safe="") for part in pair]
                encoded = base64.b64encode(":".join(pair).encode()).decode()
                headers["authorization"] = f"Basic {encoded}"
        return self._http.post("/api/oauth/token", data=form, headers=headers)

    def _first_message(self) -> dict[str, Any]:
        """Python 2.x asks what the server can do; everybody else shakes hands."""
        info = {"name": self._profile.name, "version": "1"}
        if self._profile.version == MODERN_VERSION:
            meta = {"protocolVersion": MODERN_VERSION, "clientCapabilities": {}, "clientInfo": info}
            params: dict[str, Any] = {
                "_meta": {f"io.modelcontextprotocol/{name}": value for name, value in meta.items()}
            }
            return {"jsonrpc": "2.0", "id": 1, "method": "server/discover", "params": params}
        params = {
            "protocolVersion": self._profile.version,
            "capabilities": {},
            "clientInfo": info,
        }
        return {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params}

    def _mcp_headers(self) -> dict[str, str]:
        headers = {"accept": "application/json, text/event-stream"}
        if self._profile.version == MODERN_VERSION:
            headers |= {"mcp-protocol-version": MODERN_VERSION, "mcp-method": "server/discover"}
        elif self._profile.name == "mcp-remote":
            headers["mcp-method"] = "initialize"
        return headers

    def _filled(self, parameters: Any) -> dict[str, str]:
        places = {"mcp": f"{self._origin}/mcp/mcp", "origin": self._origin}
        return {name: value.format(**places) for name, value in parameters.items()}
