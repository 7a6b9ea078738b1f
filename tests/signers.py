"""Whoever signs assertions: a client with a key of its own, or an identity provider."""

import base64
import json
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from jwt.algorithms import get_default_algorithms

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


@dataclass(frozen=True)
class Signer:
    """A key, the algorithm that it signs with, and the id that it is published by."""

    key: PrivateKey
    algorithm: str = "ES256"
    kid: str = "key-1"

    @property
    def jwk(self) -> dict[str, Any]:
        """The public half, as it is published."""
        public = self.key.public_key()
        text = get_default_algorithms()[self.algorithm].to_jwk(public)
        jwk: dict[str, Any] = json.loads(text)
        return {**jwk, "kid": self.kid, "use": "sig", "alg": self.algorithm}

    @property
    def jwks(self) -> dict[str, Any]:
        return {"keys": [self.jwk]}

    @property
    def pem(self) -> str:
        """The private half, as a client keeps it."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    @property
    def public_pem(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        """A JWT; a header of None leaves that member out."""
        members = {"kid": self.kid, **header}
        chosen = {name: value for name, value in members.items() if value is not None}
        if "typ" in header and header["typ"] is None:
            chosen["typ"] = ""  # PyJWT then leaves it out
        # as JWS, which asks nothing of the claims
        return jwt.PyJWS().encode(json.dumps(claims).encode(), self.key, self.algorithm, chosen)

    def sign_text(self, header: str, payload: str) -> str:
        """A JWT of parts that no library would write, with a signature that is right."""
        signed = f"{segment(header)}.{segment(payload)}"
        algorithm = get_default_algorithms()[self.algorithm]
        signature = algorithm.sign(signed.encode(), self.key)
        return f"{signed}.{segment(signature)}"


def segment(content: str | bytes) -> str:
    """One base64url part."""
    octets = content.encode() if isinstance(content, str) else content
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def elliptic(kid: str = "key-1", curve: ec.EllipticCurve | None = None) -> Signer:
    curve = curve or ec.SECP256R1()
    algorithm = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}[curve.name]
    return Signer(ec.generate_private_key(curve), algorithm, kid)


def edwards(kid: str = "key-1") -> Signer:
    return Signer(ed25519.Ed25519PrivateKey.generate(), "EdDSA", kid)


def rivest(algorithm: str = "RS256", kid: str = "key-1", bits: int = 2048) -> Signer:
    return Signer(rsa.generate_private_key(65537, bits), algorithm, kid)
