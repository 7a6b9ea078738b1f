"""Private keys under KMS: sealed where they are made, unsealed where they sign."""

import json
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)

from gatehouse.keys.jwk import public_jwk, thumbprint
from gatehouse.keys.sealed_keys import SealedKey


class Seal(Protocol):
    """Encrypts small values, each bound to a context that must be named again."""

    def seal(self, plain: bytes, *, context: dict[str, str]) -> bytes: ...

    def unseal(self, sealed: bytes, *, context: dict[str, str]) -> bytes: ...


def new_key(seal: Seal, *, now: int, signs_from: int) -> SealedKey:
    """A key that nobody has seen. Its id is its thumbprint (RFC 7638)."""
    return seal_key(generate_private_key(SECP256R1()), seal, now=now, signs_from=signs_from)


def seal_key(
    private_key: EllipticCurvePrivateKey,
    seal: Seal,
    *,
    now: int,
    signs_from: int,
    kid: str | None = None,
) -> SealedKey:
    """A key as it is stored; its id is its thumbprint unless `kid` names it."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    jwk = public_jwk(private_key.public_key())
    kid = kid or thumbprint(jwk)
    private = private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    sealed = seal.seal(private, context=_context(kid))
    return SealedKey(kid, json.dumps({**jwk, "kid": kid}), sealed, now, signs_from)


def unseal_key(key: SealedKey, seal: Seal) -> EllipticCurvePrivateKey:
    """The private half of a stored key."""
    # loaded here: whoever only verifies reads no private key
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    private = seal.unseal(key.sealed_private_key, context=_context(key.kid))
    private_key = load_der_private_key(private, None)
    if not isinstance(private_key, EllipticCurvePrivateKey):
        raise TypeError(f"the signing key {key.kid} is not an elliptic curve key")
    return private_key


def _context(kid: str) -> dict[str, str]:
    # KMS authenticates it, so that one sealed key cannot be put in the place of another
    return {"kid": kid}
