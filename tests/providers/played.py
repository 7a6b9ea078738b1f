"""An OpenID provider that signs whatever it is told to, on the Internet of the tests."""

import base64
import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from itertools import count
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

from tests.internet import Internet, answer, document
from tests.signers import Signer, elliptic

SECRET = "s3cret of the client, with + and : in it"
_NUMBERS = count()


def query_of(url: str) -> dict[str, str]:
    """The parameters of a URL, each of which is there once."""
    parsed = parse_qs(urlsplit(url).query, strict_parsing=True)
    return {name: value for name, (value,) in parsed.items()}


@dataclass
class PlayedProvider:
    """Behaves well unless it is told otherwise.

    `claims` are changes to what its ID tokens say, None leaves a claim out; `header` to how.
    `userinfo` is what it tells at its userinfo endpoint, where it then has one.
    """

    internet: Internet
    issuer: str = ""
    signer: Signer = field(default_factory=elliptic)
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    tokens: dict[str, Any] = field(default_factory=dict)
    id_token: str | None = None
    redeemed: list[dict[str, str]] = field(default_factory=list)
    _asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.issuer = self.issuer or f"https://people-{next(_NUMBERS)}.example"
        self.publish()

    def publish(self) -> None:
        """Put everything where it belongs, as it is now."""
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize?tenant=one",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/me",
            **self.metadata,
        }
        self.internet.publish(f"{self.issuer}/.well-known/openid-configuration", document(said))
        self.internet.publish(f"{self.issuer}/keys", document(self.signer.jwks))
        self.internet.publish(f"{self.issuer}/token", self._redeem)
        self.internet.publish(f"{self.issuer}/me", self._tell)

    def configuration(self, **members: Any) -> dict[str, Any]:
        """What the operator writes for it."""
        return {
            "id": "acme",
            "name": "Acme",
            "issuer": self.issuer,
            "client_id": "our client",
            "client_secret": "ssm:/gatehouse/acme",
            **members,
        }

    def sign_in(self, location: str, **changes: str | None) -> str:
        """What a browser does that was sent there: the path that it comes back to.

        `changes` are to the parameters that come back; None leaves one out.
        """
        asked = query_of(location)
        code = f"code-{next(_NUMBERS)}"
        self._asked[code] = asked
        back = {"code": code, "state": asked["state"], **changes}
        given = urlencode({name: value for name, value in back.items() if value is not None})
        return f"{urlsplit(asked['redirect_uri']).path}?{given}"

    def make_id_token(self, nonce: str) -> str:
        now = int(time.time())
        said = {
            "iss": self.issuer,
            "sub": "person-1",
            "aud": "our client",
            "nonce": nonce,
            "iat": now,
            "exp": now + 3600,
            "email": "grace@acme.example",
            "email_verified": True,
            **self.claims,
        }
        return self.signer.sign({n: v for n, v in said.items() if v is not None}, **self.header)

    def _redeem(self, handler: BaseHTTPRequestHandler) -> None:
        form = query_of(f"?{handler.body.decode()}")  # type: ignore[attr-defined]
        self.redeemed.append(form)
        asked = self._asked.pop(form.get("code", ""), None)
        if form.get("grant_type") == "refresh_token":
            document(self.tokens)(handler)
        elif asked is None or not self._proves(handler, form, asked):
            refusal = json.dumps({"error": "invalid_grant"}).encode()
            answer(refusal, {"content_type": "application/json"}, status=400)(handler)
        else:
            id_token = self.id_token or self.make_id_token(asked["nonce"])
            given = {"access_token": "upstream-token", "token_type": "Bearer", "expires_in": 600}
            document({**given, "id_token": id_token, **self.tokens})(handler)

    def _proves(
        self, handler: BaseHTTPRequestHandler, form: Mapping[str, str], asked: Mapping[str, str]
    ) -> bool:
        """RFC 6749 section 4.1.3, RFC 7636 section 4.6: the client, its redirect URI, its proof."""
        pair = base64.b64decode(handler.headers["authorization"].removeprefix("Basic ")).decode()
        client_id, secret = map(unquote_plus, pair.split(":"))
        hashed = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(hashed).decode().rstrip("=")
        return (
            (client_id, secret) == ("our client", SECRET)
            and form["redirect_uri"] == asked["redirect_uri"]
            and (challenge, "S256") == (asked["code_challenge"], asked["code_challenge_method"])
        )

    def _tell(self, handler: BaseHTTPRequestHandler) -> None:
        assert handler.headers["authorization"] == "Bearer upstream-token"
        document(self.userinfo or {})(handler)
