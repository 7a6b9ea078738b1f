"""Access tokens made by hand, so that a test can get any part of them wrong."""

import base64
import hashlib
import hmac
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ec import derive_private_key as _derive
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

ISSUER = "https://mcp.example.com"
RESOURCE = f"{ISSUER}/mcp/mcp"
NOW = 1_800_000_000

KEY = _derive(0x1234567, SECP256R1())
OTHER_KEY = _derive(0x7654321, SECP256R1())

HEADER: dict[str, Any] = {"alg": "ES256", "typ": "at+jwt", "kid": "key-1"}
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "sub": "person-1",
    "aud": RESOURCE,
    "client_id": "client-1",
    "scope": "mcp",
    "jti": "token-1",
    "iat": NOW,
    "exp": NOW + 3600,
    "grant_id": "grant-1",
}


def segment(value: object) -> str:
    """`value` as one base64url part; text and bytes as they are, the rest as JSON."""
    if isinstance(value, str):
        value = value.encode()
    encoded = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(encoded).rstrip(b"=").decode()


def es256(signed: bytes, key: EllipticCurvePrivateKey) -> bytes:
    """The signature of RFC 7518 section 3.4."""
    r, s = decode_dss_signature(key.sign(signed, ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def hs256(signed: bytes, secret: bytes) -> bytes:
    """The MAC of RFC 7518 section 3.2."""
    return hmac.digest(secret, signed, hashlib.sha256)


def minted(
    header: object = None, claims: object = None, *, key: EllipticCurvePrivateKey = KEY
) -> str:
    """A token that is signed with `key`, whatever its header says."""
    signing_input = f"{segment(header or HEADER)}.{segment(CLAIMS if claims is None else claims)}"
    return f"{signing_input}.{segment(es256(signing_input.encode(), key))}"


def with_header(**members: object) -> str:
    """A good token but for some members of its header; None takes a member out."""
    return minted(header=_changed(HEADER, members))


def with_claims(**members: object) -> str:
    """A good token but for some of its claims; None takes a claim out."""
    return minted(claims=_changed(CLAIMS, members))


def _changed(original: dict[str, Any], members: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in (original | members).items() if value is not None}
