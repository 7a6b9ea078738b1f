"""Who takes part without a browser: clients with keys, clients of the operator's, and an issuer."""

import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import gatehouse_scopes
from gatehouse import wiring
from gatehouse.oauth.capabilities import CLIENT_ASSERTION_TYPE, JWT_BEARER
from gatehouse.oauth.operator_clients import add_client
from tests.functions.actors import Client
from tests.functions.deployment import MCP_URL, ORIGIN, Answer, Deployment
from tests.internet import Internet, document
from tests.signers import Signer, elliptic

TOKEN_ENDPOINT = f"{ORIGIN}/api/oauth/token"
_NUMBERS = count()


def now() -> int:
    return int(time.time())


def new_issuer() -> str:
    """An identity provider that nobody asked before."""
    return f"https://idp-{next(_NUMBERS)}.example"


def changed(claims: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """`claims` with changes; one to None leaves a claim out."""
    return {name: value for name, value in (claims | changes).items() if value is not None}


@dataclass
class KeyClient(Client):
    """A client that proves itself by its key."""

    signer: Signer = field(default_factory=elliptic)

    def claims(self, **changes: Any) -> dict[str, Any]:
        said = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": ORIGIN,
            "jti": f"assertion-{next(_NUMBERS)}",
            "iat": now(),
            "exp": now() + 300,
        }
        return changed(said, changes)

    def assertion(self, **changes: Any) -> dict[str, str | None]:
        """The parameters that prove who it is, in the place of its client_id."""
        return self.sent(self.signer.sign(self.claims(**changes)))

    def sent(self, encoded: str) -> dict[str, str | None]:
        return {
            "client_id": None,
            "client_assertion": encoded,
            "client_assertion_type": CLIENT_ASSERTION_TYPE,
        }


def key_client(deployment: Deployment, signer: Signer | None = None, **metadata: Any) -> KeyClient:
    """A client that registered its public key."""
    signer = signer or elliptic()
    by_key = {"token_endpoint_auth_method": "private_key_jwt", "jwks": signer.jwks}
    registered = Client.register(deployment, **{**by_key, **metadata})
    return KeyClient(deployment, registered.registration, signer)


@dataclass
class Machine(KeyClient):
    """A client that the operator added, with a secret or with a key."""

    def credentials(self) -> dict[str, str | None]:
        secret = self.registration.get("client_secret")
        return {"client_secret": secret} if secret else self.assertion()

    def ask(self, **parameters: str | None) -> Answer:
        """Ask for an access token for itself."""
        return self.token(
            **{"grant_type": "client_credentials", **self.credentials(), **parameters}
        )


def machine(deployment: Deployment, *, resources: tuple[str, ...] = (), **metadata: Any) -> Machine:
    """Added as the command line adds it."""
    document = {
        "client_name": "Nightly report",
        "grant_types": ["client_credentials"],
        "token_endpoint_auth_method": "client_secret_post",
        **metadata,
    }
    client, secret = add_client(
        document,
        scopes=gatehouse_scopes.CATALOGUE,
        allowed_resources=resources,
        clients=wiring.client_store(),
        now=now(),
    )
    registration = {"client_id": client.client_id, "client_secret": secret}
    return Machine(deployment, registration)


def key_machine(deployment: Deployment, **metadata: Any) -> Machine:
    signer = elliptic()
    by_key = {"token_endpoint_auth_method": "private_key_jwt", "jwks": signer.jwks}
    added = machine(deployment, **{**by_key, **metadata})
    return Machine(deployment, added.registration, signer)


@dataclass
class IdentityProvider:
    """An issuer of assertions about people, with its metadata and keys on the Internet."""

    internet: Internet
    issuer: str
    signer: Signer = field(default_factory=elliptic)

    def publish(self, **metadata: Any) -> None:
        host = self.issuer.removeprefix("https://")
        jwks_uri = f"https://keys.{host}/jwks.json"
        said = {"issuer": self.issuer, "jwks_uri": jwks_uri, **metadata}
        url = f"{self.issuer}/.well-known/openid-configuration"
        self.internet.publish(url, document(said, cache_control="max-age=3600"))
        self.internet.publish(jwks_uri, document(self.signer.jwks, cache_control="max-age=3600"))

    def claims(self, client: Client, **changes: Any) -> dict[str, Any]:
        said = {
            "iss": self.issuer,
            "sub": "U019488227",
            "aud": ORIGIN,
            "client_id": client.client_id,
            "resource": MCP_URL,
            "jti": f"id-jag-{next(_NUMBERS)}",
            "iat": now(),
            "exp": now() + 300,
            "scope": "mcp",
            "email": "ada@acme.example",
        }
        return changed(said, changes)

    def assertion(self, client: Client, **changes: Any) -> str:
        return self.sign(self.claims(client, **changes))

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        return self.signer.sign(claims, **{"typ": "oauth-id-jag+jwt", **header})


def assistant(deployment: Deployment, **metadata: Any) -> Machine:
    """A client that the operator added for assertions."""
    return machine(deployment, **{"grant_types": [JWT_BEARER], **metadata})


def exchange_assertion(client: Machine, assertion: str, **parameters: str | None) -> Answer:
    """Ask for an access token for whom the assertion is about."""
    grant = {"grant_type": JWT_BEARER, "assertion": assertion}
    return client.token(**{**grant, **client.credentials(), **parameters})
