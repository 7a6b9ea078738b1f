"""What is measured: functions as they are built, each with a request that it answers."""

import base64
import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from local.declared import Declared, Function
from local.events import Request, event
from local.routes import Routes

_PORT = 443
CALLBACK = "http://127.0.0.1:43110/callback"
VERIFIER = "a-verifier-that-is-long-enough-for-rfc-7636-and-more"
FORM = "application/x-www-form-urlencoded"
REGISTRATION_TOKEN = "a-registration-token-of-the-benchmark"
_TOOL_RESULT = '\\"lines\\":2'  # within JSON in a text
TOOL_CALL = {"name": "text_statistics", "arguments": {"text": "the quick brown fox\njumps"}}


@dataclass(frozen=True, slots=True)
class Subject:
    """A function and what makes each of its events; `target` is in multiples of the floor.

    `says` is what an answer has to have in it, so that all who are compared do the same.
    """

    name: str
    function: Function
    event: Callable[[], Mapping[str, Any]]
    target: float | None = None
    says: str = ""


class Subjects:
    """Makes the subjects of one built stack, whose tables this process reaches by wiring."""

    def __init__(self, declared: Declared, *, issuer: str, root: Path) -> None:
        self._routes = Routes(declared.routes)
        self._functions = {function.name: function for function in declared.functions}
        self._issuer = issuer
        self._root = root

    def floors(self, table: str) -> list[Subject]:
        """One signed GetItem of `table`: with the standard library, and with boto3."""
        folder, layer = self._root / "benchmarks", (self._root / ".bench",)
        variables = {"TABLE": table}
        return [
            Subject(
                name,
                self._plain(name, folder / code, layers, variables),
                self._requests("GET", "/.well-known/jwks.json"),
            )
            for name, code, layers in (
                ("floor", "floor", ()),
                ("floor, with boto3", "floor_boto3", layer),
            )
        ]

    def ours(self) -> list[Subject]:
        """Every function of the template, with the request that it is there for."""
        well_known = "/.well-known"
        client_id = self.register()
        url = f"/oauth/authorize?{urlencode(authorization(client_id))}"
        access_token = self.issue_token(client_id)
        return [
            self._ours("GET", f"{well_known}/oauth-authorization-server", 1),
            self._ours("GET", f"{well_known}/oauth-protected-resource/mcp/mcp", 1),
            self._ours("OPTIONS", "/mcp/mcp", 6),
            self._ours("GET", f"{well_known}/jwks.json", 6),
            self._subject("POST", "/register", 6, _registration),
            self._subject("GET", f"/register/{client_id}", 6, _management),
            self._ours("GET", url, 6, name="authorize (sign-in page)"),
            self._subject("POST", "/api/oauth/token", 3, lambda: self._exchange(client_id)),
            self._subject("POST", "/api/oauth/revoke", 6, lambda: _unknown_token(client_id)),
            self._subject("POST", "/api/oauth/introspect", 6, self._introspection(access_token)),
            self._mcp("tools/call", TOOL_CALL, access_token, 3, says=_TOOL_RESULT),
            self._mcp("tools/list", {}, access_token, 3),
        ]

    def peers(self) -> list[Subject]:
        """The same tool served by others, none of which checks a token."""
        layer = (self._root / ".bench",)
        folders = sorted((self._root / "benchmarks" / "peers").iterdir())
        return [
            Subject(
                folder.name,
                self._plain(folder.name, folder, layer, {}),
                self._requests("POST", "/mcp/mcp", **message("tools/call", TOOL_CALL, None)),
                says=_TOOL_RESULT,
            )
            for folder in folders
        ]

    def request(self, method: str, url: str, **sent: Any) -> tuple[Function, dict[str, Any]]:
        """The function that a request is for, and its event."""
        match = self._routes.match(method, url.partition("?")[0])
        assert match
        function = self._functions[match.route.integration.function]
        return function, self._event(method, url, **sent)

    def register(self) -> str:
        """A client in the tables; its id."""
        from gatehouse import wiring
        from gatehouse.oauth.clients import Client
        from gatehouse.oauth.secret_values import digest, new_identifier

        now, client_id = int(time.time()), new_identifier()
        metadata = {
            "redirect_uris": [CALLBACK],
            "token_endpoint_auth_method": "none",
            "grant_types": ["authorization_code", "refresh_token"],
        }
        client = Client(
            client_id,
            metadata,
            now,
            now,
            now + 86400,
            registration_token_hash=digest(REGISTRATION_TOKEN),
        )
        wiring.client_store().add(client)
        return client_id

    def issue_token(self, client_id: str) -> str:
        """An access token of a new grant."""
        from gatehouse import wiring
        from gatehouse.oauth.code_exchange import exchange_code
        from gatehouse.oauth.issuance import Issuance
        from gatehouse.oauth.parameters import Parameters

        client = wiring.client_store().get(client_id)
        assert client
        form = Parameters.parse(self._exchange(client_id)["body"].decode())
        issuance = Issuance(
            wiring.grants(),
            wiring.signing_keys(),
            wiring.client_assertions(self._issuer, "/token"),
            wiring.settings().policy,
            self._issuer,
            wiring.now(),
        )
        return str(exchange_code(form, client, issuance)["access_token"])

    def _code(self, client_id: str) -> str:
        from gatehouse import wiring
        from gatehouse.oauth.authorization_request import check_request, find_destination
        from gatehouse.oauth.code_issuing import issue_code
        from gatehouse.oauth.parameters import Parameters
        from gatehouse.oauth.secret_values import new_identifier
        from gatehouse.oauth.story import Story

        now, policy = wiring.now(), wiring.settings().policy
        parameters = Parameters.parse(urlencode(authorization(client_id)))
        destination = find_destination(parameters, clients=wiring.clients(), now=now, story=Story())
        return issue_code(
            check_request(parameters, destination, policy=policy, issuer=self._issuer),
            grant_id=new_identifier(),
            subject="person",
            email="person@example.com",
            clients=wiring.clients(),
            grants=wiring.grants(),
            policy=policy,
            now=now,
            story=Story(),
        )

    def _exchange(self, client_id: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "client_id": client_id,
            "code": self._code(client_id),
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        }
        headers = (("content-type", FORM),)
        return {"body": urlencode(form).encode(), "headers": headers}

    def _introspection(self, access_token: str) -> Callable[[], dict[str, Any]]:
        from gatehouse import wiring
        from gatehouse.oauth.resource_servers import register_resource_server

        client_id, secret = register_resource_server(
            "Bench",
            [f"{self._issuer}/mcp/mcp"],
            clients=wiring.client_store(),
            now=wiring.now(),
        )
        proof = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
        headers = (("content-type", FORM), ("authorization", f"Basic {proof}"))
        return lambda: {"body": urlencode({"token": access_token}).encode(), "headers": headers}

    def _ours(self, method: str, url: str, target: float, *, name: str = "") -> Subject:
        return self._subject(method, url, target, dict, name=name)

    def _mcp(
        self, method: str, params: Any, access_token: str, target: float, says: str = ""
    ) -> Subject:
        sent = message(method, params, access_token)
        name = f"mcp ({method})"
        return replace(
            self._subject("POST", "/mcp/mcp", target, lambda: sent, name=name), says=says
        )

    def _subject(
        self,
        method: str,
        url: str,
        target: float,
        sent: Callable[[], dict[str, Any]],
        *,
        name: str = "",
    ) -> Subject:
        match = self._routes.match(method, url.partition("?")[0])
        assert match
        function = self._functions[match.route.integration.function]
        make = lambda: self._event(method, url, **sent())  # noqa: E731 - one line, one use
        return Subject(name or function.code.name, function, make, target)

    def _requests(self, method: str, url: str, **sent: Any) -> Callable[[], Mapping[str, Any]]:
        return lambda: self._event(method, url, **sent)

    def _event(
        self,
        method: str,
        url: str,
        *,
        body: bytes = b"",
        headers: tuple[tuple[str, str], ...] = (),
    ) -> dict[str, Any]:
        path, _, query = url.partition("?")
        host = ("host", self._issuer.partition("//")[2])
        request = Request(method, path, query, (host, *headers), body, "HTTP/1.1", "127.0.0.1")
        match = self._routes.match(method, path)
        assert match
        return event(request, match, port=_PORT)

    def _plain(
        self, name: str, code: Path, layers: tuple[Path, ...], variables: Mapping[str, str]
    ) -> Function:
        """A function that is none of the template's, with the settings of one that is."""
        like = next(iter(self._functions.values()))
        return Function(
            name=name,
            runtime=like.runtime,
            code=code,
            layers=layers,
            handler="app.handler",
            environment=variables,
            timeout=30,
            memory=like.memory,
            runtime_client=like.runtime_client,
        )


def _registration() -> dict[str, Any]:
    # a name of its own, as the same metadata gets the same client for a while
    document = {"client_name": f"Bench {time.monotonic_ns()}", "redirect_uris": [CALLBACK]}
    headers = (("content-type", "application/json"),)
    return {"body": json.dumps(document).encode(), "headers": headers}


def _management() -> dict[str, Any]:
    return {"headers": (("authorization", f"Bearer {REGISTRATION_TOKEN}"),)}


def _unknown_token(client_id: str) -> dict[str, Any]:
    form = {"client_id": client_id, "token": "gtr_of-a-grant.that-is-not.there"}
    return {"body": urlencode(form).encode(), "headers": (("content-type", FORM),)}


def authorization(client_id: str) -> dict[str, str]:
    """The parameters of an authorization request."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest())
    return {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": CALLBACK,
        "code_challenge": challenge.rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }


def message(method: str, params: Mapping[str, Any], access_token: str | None) -> dict[str, Any]:
    """The body and the headers of one MCP request."""
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    headers = {
        "content-type": "application/json",
        "accept": "application/json, text/event-stream",
        "mcp-protocol-version": "2025-06-18",
    }
    if access_token:
        headers["authorization"] = f"Bearer {access_token}"
    return {"body": json.dumps(message).encode(), "headers": tuple(headers.items())}
