"""Signing keys: made on first need, unsealed once a cold start, published as a JWKS."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)

from gatehouse.keys.jwk import public_jwk, public_key, thumbprint
from gatehouse.keys.sealed_keys import SealedKey
from gatehouse.oauth.access_tokens import SigningKey

if TYPE_CHECKING:
    from gatehouse.storage.contract import KeyStore

# An unknown kid is looked up in storage at most this often, so that invented ones cost nothing.
_LOOK_AGAIN_SECONDS = 5


class Seal(Protocol):
    """Encrypts small values, each bound to a context that must be named again."""

    def seal(self, plain: bytes, *, context: dict[str, str]) -> bytes: ...

    def unseal(self, sealed: bytes, *, context: dict[str, str]) -> bytes: ...


class SigningKeys:
    """The keys of this authorization server, remembered for the life of the process."""

    def __init__(self, store: "KeyStore", seal: Seal | None, clock: Callable[[], int]) -> None:
        """`seal` may be None where nothing is signed."""
        self._store = store
        self._seal = seal
        self._clock = clock
        self._signing_key: SigningKey | None = None
        self._public_keys: dict[str, EllipticCurvePublicKey] = {}
        self._looked_at: int | None = None

    def signing_key(self) -> SigningKey:
        """The key to sign with now; the first call of a new stack makes it."""
        if self._signing_key is None:
            stored = self._store.all()
            # Two callers may each make a first key: both are published, so both are good
            newest = stored[-1] if stored else self.add(generate_private_key(SECP256R1()))
            self._signing_key = SigningKey(newest.kid, self._unsealed(newest))
        return self._signing_key

    def add(self, private_key: EllipticCurvePrivateKey, kid: str | None = None) -> SealedKey:
        """Seal a key and store it; its id is its thumbprint (RFC 7638) unless `kid` names it."""
        from cryptography.hazmat.primitives.serialization import (
            Encoding,
            NoEncryption,
            PrivateFormat,
        )

        jwk = public_jwk(private_key.public_key())
        kid = kid or thumbprint(jwk)
        private = private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        sealed_private = self._required_seal().seal(private, context=_context(kid))
        key = SealedKey(kid, json.dumps({**jwk, "kid": kid}), sealed_private, self._clock())
        self._store.add(key)
        return key

    def find_public_key(self, kid: str) -> EllipticCurvePublicKey | None:
        """The key to verify a signature of `kid` with."""
        now = self._clock()
        # without any key there is nothing to remember: the first one may be made this moment
        looked_at = self._looked_at if self._public_keys else None
        seen_lately = looked_at is not None and now < looked_at + _LOOK_AGAIN_SECONDS
        if kid not in self._public_keys and not seen_lately:
            self._looked_at = now
            self._public_keys = {
                key.kid: public_key(json.loads(key.public_jwk)) for key in self._store.all()
            }
        return self._public_keys.get(kid)

    def jwks(self) -> dict[str, Any]:
        """The JWK Set of RFC 7517 section 5."""
        return {"keys": [json.loads(key.public_jwk) for key in self._store.all()]}

    def _unsealed(self, key: SealedKey) -> EllipticCurvePrivateKey:
        # loaded here: whoever only verifies reads no private key
        from cryptography.hazmat.primitives.serialization import load_der_private_key

        private = self._required_seal().unseal(key.sealed_private_key, context=_context(key.kid))
        private_key = load_der_private_key(private, None)
        if not isinstance(private_key, EllipticCurvePrivateKey):
            raise TypeError(f"the signing key {key.kid} is not an elliptic curve key")
        return private_key

    def _required_seal(self) -> Seal:
        if self._seal is None:
            raise RuntimeError("this function has no access to the key encryption key")
        return self._seal


def _context(kid: str) -> dict[str, str]:
    # KMS authenticates it, so that one sealed key cannot be put in the place of another
    return {"kid": kid}
