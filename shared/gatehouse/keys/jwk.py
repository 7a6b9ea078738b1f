"""Elliptic curve keys as JWKs (RFC 7517, RFC 7518 section 6.2)."""

import hashlib
import json
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)

from gatehouse import base64url
from gatehouse.oauth.capabilities import SIGNING_ALGORITHM

_COORDINATE_BYTES = 32


def public_jwk(key: EllipticCurvePublicKey) -> dict[str, str]:
    """The public half as a JWK, without a `kid`."""
    numbers = key.public_numbers()
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": _encode(numbers.x),
        "y": _encode(numbers.y),
        "use": "sig",
        "alg": SIGNING_ALGORITHM,
    }


def public_key(jwk: Mapping[str, str]) -> EllipticCurvePublicKey:
    """The key that `public_jwk` described."""
    return EllipticCurvePublicNumbers(
        _decode(jwk["x"]), _decode(jwk["y"]), SECP256R1()
    ).public_key()


def thumbprint(jwk: Mapping[str, str]) -> str:
    """The JWK's SHA-256 thumbprint (RFC 7638 section 3)."""
    required = {member: jwk[member] for member in ("crv", "kty", "x", "y")}
    canonical = json.dumps(required, separators=(",", ":"), sort_keys=True)
    return base64url.encode(hashlib.sha256(canonical.encode()).digest())


def _encode(coordinate: int) -> str:
    return base64url.encode(coordinate.to_bytes(_COORDINATE_BYTES, "big"))


def _decode(coordinate: str) -> int:
    return int.from_bytes(base64url.decode(coordinate), "big")
