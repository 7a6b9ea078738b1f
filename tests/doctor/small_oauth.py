"""The sign-in of the small server: metadata, registration, one page, tokens."""

import base64
import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from tests.doctor.small_server import CORS, RESOURCE, SERVER, Answer, Asked, Given

if TYPE_CHECKING:
    from tests.doctor.small_server import SmallServer

PAGE = '<form method="post" action="/allow"><button>Allow</button></form>'


@dataclass
class Grant:
    """What a person allowed; `last` is the refresh token that was issued last."""

    resource: str
    revoked: bool = False
    code_used: bool = False
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    issued: list[str] = field(default_factory=list)


class OAuthEndpoints:
    """Everything under /oauth, and the documents that lead there."""

    def __init__(self, server: "SmallServer") -> None:
        self._server = server
        self._clients: dict[str, dict[str, Any]] = {}
        self._requests: dict[str, dict[str, str]] = {}
        self._grants: dict[str, Grant] = {}
        self.access_tokens: dict[str, tuple[Grant, str]] = {}

    def routes(self) -> dict[tuple[str, str], Answer]:
        return {
            ("GET", f"{RESOURCE}/mcp"): lambda _: self._resource(self._server.url),
            ("GET", RESOURCE): lambda _: self._resource(self._server.origin),
            ("GET", SERVER): self._metadata,
            ("POST", "/oauth/register"): self._register,
            ("GET", "/oauth/authorize"): self._authorize,
            ("POST", "/allow"): self._allow,
            ("POST", "/oauth/token"): self._token,
            ("POST", "/oauth/revoke"): self._revoke,
        }

    def _resource(self, resource: str) -> Given:
        document = {
            "resource": resource,
            "authorization_servers": [self._server.origin],
            "scopes_supported": ["mcp"],
        }
        return Given(200, document, CORS)

    def _metadata(self, _: Asked) -> Given:
        origin = self._server.origin
        document = {
            "issuer": origin,
            **{
                f"{name}_endpoint": f"{origin}/oauth/{path}"
                for name, path in (
                    ("authorization", "authorize"),
                    ("token", "token"),
                    ("registration", "register"),
                    ("revocation", "revoke"),
                )
            },
            "scopes_supported": ["mcp", "offline_access"],
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_methods_supported": ["none", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
        return Given(200, document, CORS)

    def _register(self, asked: Asked) -> Given:
        client = {**asked.message, "client_id": secrets.token_hex(8), "client_id_issued_at": 1}
        client = {n: v for n, v in client.items() if v not in ("", None)}
        method = client.setdefault("token_endpoint_auth_method", "none")
        if method != "none":
            client |= {"client_secret": secrets.token_hex(16), "client_secret_expires_at": 0}
        self._clients[client["client_id"]] = client
        return Given(201, client, CORS)

    def _authorize(self, asked: Asked) -> Given:
        query = asked.query
        client = self._clients.get(query.get("client_id", ""))
        if client is None or not self._is_registered(client, query["redirect_uri"]):
            return Given(400, "That is not for here.")
        known = query.get("resource", self._server.url).rstrip("/").startswith(self._server.origin)
        if not known and "any_resource" not in self._server.switches:
            return self._back(query, error="invalid_target")
        if "code_challenge" not in query and "without_pkce" not in self._server.switches:
            return self._back(query, error="invalid_request")
        ceiling = set(client.get("scope", query.get("scope", "")).split())
        exceeded = not set(query.get("scope", "").split()) <= ceiling
        if exceeded and "scope_is_a_ceiling" in self._server.switches:
            return self._back(query, error="invalid_scope")
        self._requests[query["state"]] = query
        policy = "default-src 'none'; frame-ancestors 'none'"
        return Given(200, PAGE, {"content-security-policy": policy})

    def _is_registered(self, client: dict[str, Any], redirect_uri: str) -> bool:
        if "any_redirect_uri" in self._server.switches:
            return True
        if "exact_ports" in self._server.switches:
            return redirect_uri in client["redirect_uris"]
        return _without_port(redirect_uri) in [_without_port(u) for u in client["redirect_uris"]]

    def _allow(self, asked: Asked) -> Given:
        query = self._requests[asked.form["state"]]
        if "denied" in self._server.switches:
            return self._back(query, error="access_denied")
        code = secrets.token_hex(8)
        self._grants[code] = Grant(query.get("resource", ""))
        return self._back(query, code=code)

    def _back(self, query: dict[str, str], **members: str) -> Given:
        answer = urlencode({**members, "state": query["state"], "iss": self._server.origin})
        return Given(303, headers={"location": f"{query['redirect_uri']}?{answer}"})

    def _token(self, asked: Asked) -> Given:
        form = asked.form
        if form.get("client_id") not in self._clients:
            return _error("invalid_client", 401)
        if form["grant_type"] == "refresh_token":
            return self._refresh(form)
        grant = self._grants.get(form["code"])
        if grant is None or (grant.code_used and "codes_last" not in self._server.switches):
            return _error("invalid_grant")
        grant.code_used = True
        return self._issue(grant, grant.resource)

    def _refresh(self, form: dict[str, str]) -> Given:
        token, resource = form["refresh_token"], form.get("resource", "").rstrip("/")
        grant = next((g for g in self._grants.values() if token in g.issued), None)
        switches = self._server.switches
        if grant is None or grant.revoked:
            return _error("invalid_grant")
        if resource != grant.resource.rstrip("/") and "any_refresh" not in switches:
            return _error("invalid_target")
        if token in grant.answers and "any_generation" not in switches:
            return self._refresh_again(grant, token)
        given = self._issue(grant, grant.resource, "" if "rotation_off" in switches else "new")
        grant.answers[token] = given.body
        return given

    def _refresh_again(self, grant: Grant, token: str) -> Given:
        switches, is_retry = self._server.switches, token == grant.issued[-2]
        if "strict_rotation" in switches:
            return _error("invalid_grant")
        if "reuse_revokes" in switches or not is_retry:
            grant.revoked = True
            return _error("invalid_grant")
        if "last_refresh_wins" in switches:
            grant.issued.pop()
            return self._issue(grant, grant.resource)
        return _tokens(grant.answers[token])

    def _issue(self, grant: Grant, resource: str, rotate: str = "new") -> Given:
        access = secrets.token_hex(8)
        for switch, claims in (
            ("jwt_of_another", {"aud": "https://other.example/mcp"}),
            ("jwt_by_another", {"aud": self._server.url, "iss": "https://other.example"}),
        ):
            if switch in self._server.switches:
                access = f"{_encoded({'alg': 'ES256'})}.{_encoded(claims)}.{access}"
        self.access_tokens[access] = (grant, resource)
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": 300}
        if rotate:
            grant.issued.append(secrets.token_hex(8))
            answer["refresh_token"] = grant.issued[-1]
        return _tokens(answer)

    def _revoke(self, asked: Asked) -> Given:
        token = asked.form["token"]
        grants = [each for each in self._grants.values() if token in each.issued]
        grants += [self.access_tokens[token][0]] if token in self.access_tokens else []
        for grant in grants:
            grant.revoked = True
        return Given(200, {}, CORS)


def _without_port(uri: str) -> str:
    parts = urlsplit(uri)
    loopback = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1")
    return f"{parts.hostname}{parts.path}" if loopback else uri


def _encoded(value: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _tokens(answer: dict[str, Any]) -> Given:
    return Given(200, answer, {**CORS, "cache-control": "no-store"})


def _error(code: str, status: int = 400) -> Given:
    return Given(status, {"error": code}, CORS)
