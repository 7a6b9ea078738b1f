"""Token responses sealed under the refresh token that they answer.

The stored form is of no use to whoever reads the tables: the key is derived from a token that
only the client holds.
"""

import json
import secrets
from typing import TYPE_CHECKING, Any, Final

from gatehouse.oauth.secret_values import RefreshTokenValue

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES: Final = 12


def seal(answer: dict[str, Any], presented: RefreshTokenValue) -> bytes:
    """Encrypt a token response so that only the holder of `presented` can read it."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    plain = json.dumps(answer, separators=(",", ":")).encode()
    return nonce + _cipher(presented).encrypt(nonce, plain, presented.grant_id.encode())


def unseal(sealed_answer: bytes, presented: RefreshTokenValue) -> dict[str, Any]:
    """The token response that `seal` took."""
    nonce, encrypted = sealed_answer[:_NONCE_BYTES], sealed_answer[_NONCE_BYTES:]
    plain = _cipher(presented).decrypt(nonce, encrypted, presented.grant_id.encode())
    answer: dict[str, Any] = json.loads(plain)
    return answer


def _cipher(presented: RefreshTokenValue) -> "AESGCM":
    # loaded here: only a rotation needs them
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"gatehouse refresh answer")
    return AESGCM(derivation.derive(str(presented).encode()))
