"""Who takes part in a sign-in: a person with a browser, and the client they connect."""

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from gatehouse.oauth.secret_values import new_identifier
from tests.forms import form_with, read_form
from tests.functions.deployment import MCP_URL, Answer, Deployment

EMAIL, PASSWORD = "ada@example.com", "correct horse battery"
CALLBACK = "http://127.0.0.1:43110/callback"
VERIFIER = "a-verifier-that-is-long-enough-for-rfc-7636-and-more"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)


@dataclass
class Browser:
    """Keeps cookies, follows forms, and stops where a redirect leaves the server."""

    deployment: Deployment
    cookies: dict[str, str] = field(default_factory=dict)
    source_ip: str = "::1"
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, target: str) -> Answer:
        return self._ask("GET", target)

    def post(self, target: str, form: dict[str, str]) -> Answer:
        return self._ask("POST", target, form=form)

    def press(self, page: Answer, button: str, **values: str) -> Answer:
        """Fill in the page's form, or the first one that has it, and press a button."""
        form = form_with(page.text, button)
        return self.post(form.action, form.filled(button, **values))

    def sign_in(self, target: str, email: str = EMAIL, password: str = PASSWORD) -> Answer:
        """From the authorization request to the consent page."""
        signed_in = self.press(self.get(target), "Sign in", email=email, password=password)
        return self.get(signed_in.headers["location"])

    def _ask(self, method: str, target: str, **body: Any) -> Answer:
        cookies = {"cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items())}
        answer = self.deployment.ask(
            method, target, headers=self.headers | cookies, source_ip=self.source_ip, **body
        )
        for cookie in answer.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer


@dataclass
class Client:
    """A public client that does what clients do, and can be told to do otherwise."""

    deployment: Deployment
    registration: dict[str, Any]

    @classmethod
    def register(cls, deployment: Deployment, **metadata: Any) -> "Client":
        # a software_id of its own, as the same metadata gets the same client for a while
        document = {
            "client_name": "Test client",
            "redirect_uris": [CALLBACK],
            "software_id": new_identifier(),
            **metadata,
        }
        answer = deployment.ask("POST", "/register", json_body=document)
        assert answer.status == 201, answer.text
        return cls(deployment, answer.json)

    @property
    def client_id(self) -> str:
        return str(self.registration["client_id"])

    def authorization_url(self, **changes: str | None) -> str:
        """The target of the authorization request; a change to None leaves a parameter out."""
        parameters: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "state": "some state",
            "resource": MCP_URL,
        }
        chosen = {n: v for n, v in (parameters | changes).items() if v is not None}
        return f"/oauth/authorize?{urlencode(chosen)}"

    def authorize(self, **changes: str | None) -> dict[str, str]:
        """The parameters that come back to the redirect URI after the person allowed it."""
        return allow(self.deployment, self.authorization_url(**changes))

    def exchange(self, code: str, **changes: str | None) -> Answer:
        """Ask the token endpoint for the code's tokens."""
        parameters: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        }
        return self.token(**parameters | changes)

    def refresh(self, refresh_token: str, **changes: str | None) -> Answer:
        return self.token(grant_type="refresh_token", refresh_token=refresh_token, **changes)

    def token(self, **parameters: str | None) -> Answer:
        form = {"client_id": self.client_id, **parameters}
        chosen = {name: value for name, value in form.items() if value is not None}
        return self.deployment.ask("POST", "/api/oauth/token", form=chosen)

    def tokens(self, **changes: str | None) -> dict[str, Any]:
        """The token response of a whole sign-in."""
        answer = self.exchange(self.authorize(**changes)["code"])
        assert answer.status == 200, answer.text
        tokens: dict[str, Any] = answer.json
        return tokens


def allow(deployment: Deployment, target: str) -> dict[str, str]:
    """What comes back when a person who is signed in most of the time allows a request."""
    browser = Browser(deployment, deployment.cookies)
    page = browser.get(target)
    if "Sign in" in read_form(page.text).buttons:
        page = browser.sign_in(target)
    return callback(browser.press(page, "Allow"))


def callback(answer: Answer) -> dict[str, str]:
    """What a redirect to the client carries."""
    assert answer.status == 303, answer.text
    query = parse_qs(urlsplit(answer.headers["location"]).query, strict_parsing=True)
    return {name: value for name, (value,) in query.items()}


def call_tool(deployment: Deployment, access_token: str, name: str, **arguments: Any) -> Answer:
    """One tool call of a 2025-11-25 client."""
    return deployment.ask(
        "POST",
        "/mcp/mcp",
        headers={
            "mcp-protocol-version": "2025-11-25",
            "authorization": f"Bearer {access_token}",
        },
        json_body=tool_call(name, **arguments),
    )


def tool_call(name: str, call_id: int = 1, **arguments: Any) -> dict[str, Any]:
    """The message of a tool call."""
    params = {"name": name, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": call_id, "method": "tools/call", "params": params}


def call_mcp(deployment: Deployment, access_token: str | None, method: str = "ping") -> Answer:
    """One MCP request of a 2025-11-25 client."""
    headers = {"mcp-protocol-version": "2025-11-25"}
    if access_token is not None:
        headers["authorization"] = f"Bearer {access_token}"
    message = {"jsonrpc": "2.0", "id": 1, "method": method}
    return deployment.ask("POST", "/mcp/mcp", headers=headers, json_body=message)
