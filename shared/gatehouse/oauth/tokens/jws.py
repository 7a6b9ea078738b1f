"""JSON Web Signatures in their compact form (RFC 7515 section 7.1), ES256 alone.

Our own access tokens are the only ones read here. The signature is cryptography's; what stands
around it is three strings and two dots, for which a whole JWT library is dear at a cold start
(docs/decisions/0007). Tokens of other issuers are a library's.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256

from gatehouse import base64url, strict_json

# Ours are below 2 KiB; reading JSON costs by its length, and this much comes before the signature.
_LONGEST: Final = 16 * 1024
_INTEGER_BYTES: Final = 32


class BadJws(ValueError):
    """What was read is no JWS in the compact form, or its signature is not the key's."""


@dataclass(frozen=True, slots=True)
class Jws:
    """A JWS that was taken apart, and is not to be believed before `verified_claims`."""

    header: Mapping[str, Any]
    signing_input: bytes
    payload: str
    signature: bytes


def sign(header: Mapping[str, Any], claims: Mapping[str, Any], key: EllipticCurvePrivateKey) -> str:
    """The compact serialization of `claims`, signed with ES256 (RFC 7518 section 3.4)."""
    signing_input = f"{base64url.encode(_json(header))}.{base64url.encode(_json(claims))}"
    r, s = decode_dss_signature(key.sign(signing_input.encode(), ECDSA(SHA256())))
    # RFC 7518 section 3.4: both numbers in full, one after the other
    signature = r.to_bytes(_INTEGER_BYTES, "big") + s.to_bytes(_INTEGER_BYTES, "big")
    return f"{signing_input}.{base64url.encode(signature)}"


def parse(encoded: str) -> Jws:
    """Take a compact serialization apart. Raises `BadJws`."""
    parts = encoded.split(".")
    # RFC 7515 section 5.2: three parts, base64url without padding, the first a JSON object
    if len(parts) != 3 or len(encoded) > _LONGEST:
        raise BadJws("not three parts")
    header, payload, signature = parts
    return Jws(_object(header), f"{header}.{payload}".encode(), payload, _decode(signature))


def verified_claims(jws: Jws, key: EllipticCurvePublicKey) -> Mapping[str, Any]:
    """The payload, once the signature is the key's. Raises `BadJws`."""
    # RFC 7518 section 3.4: 64 octets, no other length
    if len(jws.signature) != 2 * _INTEGER_BYTES:
        raise BadJws("wrong length of the signature")
    r, s = jws.signature[:_INTEGER_BYTES], jws.signature[_INTEGER_BYTES:]
    der = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
    try:
        key.verify(der, jws.signing_input, ECDSA(SHA256()))
    except InvalidSignature:
        raise BadJws("wrong signature") from None
    return _object(jws.payload)


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()


def _object(encoded: str) -> Mapping[str, Any]:
    try:
        value = strict_json.loads(_decode(encoded))
    except ValueError:
        raise BadJws("not JSON") from None
    if not isinstance(value, dict):
        raise BadJws("not a JSON object")
    return value


def _decode(encoded: str) -> bytes:
    try:
        return base64url.decode(encoded)
    except ValueError:
        raise BadJws("not base64url") from None
