"""Seals the tokens of identity providers, each person's for each provider by itself.

AES-256-GCM under a key of its own, which KMS seals: a token may be larger than what KMS takes.
"""

import secrets
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gatehouse.keys.sealing import Seal

_NONCE_BYTES: Final = 12


class ProviderTokenSeal:
    """Binds what it seals to the person and the provider, who must be named again."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal

    def seal(self, plain: bytes, *, subject: str, provider: str) -> tuple[bytes, bytes]:
        """The sealed key, and what is encrypted under it. Raises `Unavailable`."""
        key, nonce = AESGCM.generate_key(256), secrets.token_bytes(_NONCE_BYTES)
        encrypted = AESGCM(key).encrypt(nonce, plain, None)
        return self._seal.seal(key, context=_context(subject, provider)), nonce + encrypted

    def unseal(self, sealed: tuple[bytes, bytes], *, subject: str, provider: str) -> bytes:
        """What `seal` was given for the same. Raises `AwsError` for another's."""
        sealed_key, encrypted = sealed
        key = self._seal.unseal(sealed_key, context=_context(subject, provider))
        return AESGCM(key).decrypt(encrypted[:_NONCE_BYTES], encrypted[_NONCE_BYTES:], None)


def _context(subject: str, provider: str) -> dict[str, str]:
    # KMS authenticates it, so that nobody's tokens can be put in the place of another's
    return {"purpose": "provider-token", "subject": subject, "provider": provider}
