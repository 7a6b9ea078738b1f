"""Access tokens that were not issued here, or not for here: RFC 9068 section 4, RFC 8725."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gatehouse import wiring
from gatehouse.keys.jwk import public_jwk
from tests.functions.actors import Client, call_mcp
from tests.functions.deployment import ORIGIN, Deployment
from tests.functions.test_token import claims

Mint = Callable[..., str]


@pytest.fixture
def mint(client: Client) -> Mint:
    """Signs what it is given with the right key, as if the key had been stolen."""
    genuine = claims(client.tokens()["access_token"])
    key = wiring.signing_keys().signing_key()

    def sign(header: dict[str, Any] | None = None, **changes: Any) -> str:
        said = {name: v for name, v in (genuine | changes).items() if v is not None}
        headers = {"typ": "at+jwt", "kid": key.kid, **(header or {})}
        return jwt.encode(said, key.private_key, algorithm="ES256", headers=headers)

    return sign


def test_the_minted_token_is_good_until_it_is_changed(deployment: Deployment, mint: Mint) -> None:
    assert call_mcp(deployment, mint()).status == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"header": {"typ": "JWT"}},
        {"header": {"typ": "id_token+jwt"}},
        {"header": {"typ": None}},
        {"header": {"kid": "another"}},
        {"header": {"crit": ["exp"]}},
        {"aud": "https://other.example.com/mcp"},
        {"aud": f"{ORIGIN}/mcp"},
        {"aud": ["https://other.example.com"]},
        {"aud": None},
        {"aud": [[f"{ORIGIN}/mcp/mcp"]]},
        {"iss": "https://other.example.com"},
        {"iss": f"{ORIGIN}/"},
        {"iss": None},
        {"exp": int(time.time())},
        {"exp": None},
        {"exp": "never"},
        {"exp": True},
        {"grant_id": None},
        {"grant_id": "unknown"},
        {"grant_id": "../x"},
        {"client_id": "another"},
        {"client_id": None},
        {"sub": None},
        {"scope": None},
    ],
)
def test_a_token_signed_with_the_right_key_but_otherwise_wrong_is_refused(
    deployment: Deployment, mint: Mint, changes: dict[str, Any]
) -> None:
    answer = call_mcp(deployment, mint(**changes))

    assert answer.status == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def encode(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize("alg", ["none", "None", "NONE", ""])
def test_an_unsigned_token_is_refused(deployment: Deployment, mint: Mint, alg: str) -> None:
    header = jwt.get_unverified_header(mint()) | {"alg": alg}
    unsigned = f"{encode(header)}.{mint().split('.')[1]}."

    assert call_mcp(deployment, unsigned).status == 401


def test_a_symmetric_signature_over_the_public_key_is_refused(
    deployment: Deployment, mint: Mint
) -> None:
    public = wiring.signing_keys().signing_key().private_key.public_key()
    for secret in (
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        json.dumps(public_jwk(public)).encode(),
    ):
        header = jwt.get_unverified_header(mint()) | {"alg": "HS256"}
        signed = f"{encode(header)}.{mint().split('.')[1]}"
        forged = f"{signed}.{base64.urlsafe_b64encode(_hs256(signed, secret)).decode().rstrip('=')}"

        assert call_mcp(deployment, forged).status == 401


def _hs256(signed: str, secret: bytes) -> bytes:
    # by hand, as PyJWT refuses to use a public key as a secret
    import hmac

    return hmac.digest(secret, signed.encode(), "sha256")


@pytest.mark.parametrize("where", ["jwk", "jku", "x5u"])
def test_a_key_that_the_token_brings_along_is_not_used(
    deployment: Deployment, client: Client, where: str
) -> None:
    key: EllipticCurvePrivateKey = generate_private_key(SECP256R1())
    brought = {
        "jwk": public_jwk(key.public_key()),
        "jku": "https://evil.example.com/jwks.json",
        "x5u": "https://evil.example.com/cert.pem",
    }
    genuine = client.tokens()["access_token"]
    kid = jwt.get_unverified_header(genuine)["kid"]
    headers = {"typ": "at+jwt", "kid": kid, where: brought[where]}
    forged = jwt.encode(claims(genuine), key, algorithm="ES256", headers=headers)

    assert call_mcp(deployment, forged).status == 401


def test_a_changed_payload_is_refused(deployment: Deployment, client: Client) -> None:
    header, payload, signature = client.tokens()["access_token"].split(".")
    said = claims(f"{header}.{payload}.{signature}") | {"sub": "somebody else"}

    assert call_mcp(deployment, f"{header}.{encode(said)}.{signature}").status == 401


@pytest.mark.parametrize("scope", ["", "offline_access", "other"])
def test_a_token_whose_scope_does_not_reach_is_told_which_one_does(
    deployment: Deployment, mint: Mint, scope: str
) -> None:
    answer = call_mcp(deployment, mint(scope=scope))

    assert answer.status == 403
    challenge = answer.headers["www-authenticate"]
    assert 'error="insufficient_scope"' in challenge
    assert 'scope="mcp"' in challenge
