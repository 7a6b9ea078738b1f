"""The signing keys as a warm process knows them: which one signs, and what to verify with."""

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from gatehouse.keys import rotation
from gatehouse.keys.jwk import public_key
from gatehouse.keys.sealed_keys import SealedKey
from gatehouse.oauth.tokens.access_tokens import SigningKey

if TYPE_CHECKING:
    from gatehouse.keys.sealing import Seal
    from gatehouse.storage.contract.keys import KeyStore

# An unknown kid is looked up in storage at most this often, so that invented ones cost nothing.
_LOOK_AGAIN_SECONDS = 5


class SigningKeys:
    """The keys of this authorization server, remembered for as long as the JWKS may be cached."""

    def __init__(self, store: "KeyStore", seal: "Seal | None", clock: Callable[[], int]) -> None:
        """`seal` may be None where nothing is signed."""
        self._store = store
        self._seal = seal
        self._clock = clock
        self._signing_key: SigningKey | None = None
        self._signs = range(0)
        self._public_keys: dict[str, EllipticCurvePublicKey] = {}
        self._looked_at: int | None = None

    def signing_key(self) -> SigningKey:
        """The key to sign with now; the first call of a new stack makes it."""
        now = self._clock()
        # also not before it was looked for: a clock that went back makes it no older
        if self._signing_key is None or now not in self._signs:
            # Two callers may each make a first key: both are published, so both are good
            keys = self._store.all() or [self._first_key(now)]
            self._signing_key = self._unsealed(rotation.signing_key(keys, now))
            self._signs = range(now, rotation.remembered_until(keys, now))
        return self._signing_key

    def find_public_key(self, kid: str) -> EllipticCurvePublicKey | None:
        """The key to verify a signature of `kid` with."""
        now = self._clock()
        if not self._remembers(kid, now):
            self._looked_at = now
            self._public_keys = {
                key.kid: public_key(json.loads(key.public_jwk)) for key in self._published(now)
            }
        return self._public_keys.get(kid)

    def jwks(self) -> dict[str, Any]:
        """The JWK Set of RFC 7517 section 5."""
        return {"keys": [json.loads(key.public_jwk) for key in self._published(self._clock())]}

    def _remembers(self, kid: str, now: int) -> bool:
        # without any key there is nothing to remember: the first one may be made this moment
        if self._looked_at is None or not self._public_keys:
            return False
        # A key that is known is forgotten in time, in case it was retired
        lifetime = rotation.JWKS_LIFETIME if kid in self._public_keys else _LOOK_AGAIN_SECONDS
        return self._looked_at <= now < self._looked_at + lifetime

    def _published(self, now: int) -> Sequence[SealedKey]:
        return rotation.published_keys(self._store.all(), now)

    def _first_key(self, now: int) -> SealedKey:
        from gatehouse.keys.sealing import new_key

        key = new_key(self._required_seal(), now=now, signs_from=now)
        self._store.add(key)
        return key

    def _unsealed(self, key: SealedKey) -> SigningKey:
        from gatehouse.keys.sealing import unseal_key

        # unsealed once for as long as it signs
        if self._signing_key is not None and self._signing_key.kid == key.kid:
            return self._signing_key
        return SigningKey(key.kid, unseal_key(key, self._required_seal()))

    def _required_seal(self) -> "Seal":
        if self._seal is None:
            raise RuntimeError("this function has no access to the key encryption key")
        return self._seal
