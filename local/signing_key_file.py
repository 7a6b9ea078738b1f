"""The file of the key that signs access tokens: a private JWK (RFC 7517) on P-256 with a `kid`."""

import base64
import json
import os
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
    generate_private_key,
)

from gatehouse.keys.jwk import public_jwk, thumbprint
from local.errors import LocalError

_PRIVATE_VALUE_BYTES: Final = 32


def read_signing_key(path: Path) -> tuple[EllipticCurvePrivateKey, str]:
    """The key and its `kid`. Raises `LocalError`."""
    try:
        jwk = json.loads(path.read_text())
        if (jwk["kty"], jwk["crv"]) != ("EC", "P-256"):
            raise LocalError(f"{path}: the signing key is not on the curve P-256")
        private_value = base64.urlsafe_b64decode(jwk["d"] + "==")
        key = derive_private_key(int.from_bytes(private_value, "big"), SECP256R1())
        public = public_jwk(key.public_key())
        if (public["x"], public["y"]) != (jwk["x"], jwk["y"]):
            raise LocalError(f"{path}: the two halves of the signing key do not belong together")
        return key, str(jwk["kid"])
    except OSError as error:
        raise LocalError(f"{path}: {error.strerror}") from None
    except KeyError as error:
        raise LocalError(f"{path}: the signing key has no {error.args[0]}") from None
    except (TypeError, ValueError):
        raise LocalError(f"{path}: not a private JWK") from None


def make_signing_key(path: Path) -> None:
    """Write a new key that only the owner of the file can read."""
    key = generate_private_key(SECP256R1())
    public = public_jwk(key.public_key())
    private_value = key.private_numbers().private_value.to_bytes(_PRIVATE_VALUE_BYTES, "big")
    private = base64.urlsafe_b64encode(private_value).rstrip(b"=").decode()
    jwk = {**public, "kid": thumbprint(public), "d": private}
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(jwk, file)
