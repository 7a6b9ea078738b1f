"""An authenticator in software, and the part of a browser that speaks to it (WebAuthn section 6).

It can be told to do what no honest one does.
"""

import hashlib
import html
import json
import re
import secrets
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor

from gatehouse import base64url

PRESENT, VERIFIED, BACKUP_ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40
Key = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Credential:
    """A key that is kept for one server and person."""

    credential_id: bytes
    rp_id: str
    user_handle: bytes
    key: Key


@dataclass
class Authenticator:
    """Keeps credentials, and signs what the browser at `origin` asks for.

    `signed` is the counter of signatures, None for one that does not count.
    """

    origin: str
    flags: int = PRESENT | VERIFIED
    signed: int | None = 0
    algorithm: str = "ES256"
    tells_handle: bool = True
    cross_origin: bool = False
    credentials: list[Credential] = field(default_factory=list)

    def create(self, options: dict[str, Any], **changes: Any) -> str:
        """What a page posts after `navigator.credentials.create`."""
        asked = options | changes
        key = _new_key(self.algorithm)
        handle = base64url.decode(asked["user"]["id"])
        made = Credential(secrets.token_bytes(32), asked["rp"]["id"], handle, key)
        self.credentials.append(made)
        # AAGUID, length and id, key (section 6.5.1)
        attested = bytes(16) + len(made.credential_id).to_bytes(2, "big") + made.credential_id
        attested += cbor.encode(_public(key))
        data = self._data(made.rp_id, self.flags | ATTESTED) + attested
        return self._answer(
            made,
            clientDataJSON=self._client_data("webauthn.create", asked["challenge"]),
            attestationObject=cbor.encode({"fmt": "none", "authData": data, "attStmt": {}}),
            transports=["internal", "hybrid"],
        )

    def get(self, options: dict[str, Any], **changes: Any) -> str:
        """What a page posts after `navigator.credentials.get`, by the newest credential."""
        asked = options | changes
        allowed = {each["id"] for each in asked["allowCredentials"]}
        (*_, used) = [
            each
            for each in self.credentials
            if not allowed or base64url.encode(each.credential_id) in allowed
        ]
        self.signed = None if self.signed is None else self.signed + 1
        data = self._data(asked["rpId"], self.flags)
        client_data = self._client_data("webauthn.get", asked["challenge"])
        signed = data + hashlib.sha256(client_data).digest()
        told = {"userHandle": used.user_handle} if self.tells_handle else {}
        return self._answer(
            used,
            clientDataJSON=client_data,
            authenticatorData=data,
            signature=_signature(used.key, signed),
            **told,
        )

    def copy(self, **changes: Any) -> "Authenticator":
        """Another one with the same keys, as whoever steals them has."""
        return replace(self, **{"credentials": list(self.credentials), **changes})

    def _data(self, rp_id: str, flags: int) -> bytes:
        counter = (self.signed or 0).to_bytes(4, "big")
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + counter

    def _client_data(self, kind: str, challenge: str) -> bytes:
        members = {
            "type": kind,
            "challenge": challenge,
            "origin": self.origin,
            "crossOrigin": self.cross_origin,
        }
        return json.dumps(members).encode()

    def _answer(self, credential: Credential, **response: Any) -> str:
        credential_id = base64url.encode(credential.credential_id)
        written = {
            name: base64url.encode(value) if isinstance(value, bytes) else value
            for name, value in response.items()
        }
        answer = {"id": credential_id, "rawId": credential_id, "type": "public-key"}
        return json.dumps({**answer, "response": written})


def passkey_options(page: str, kind: str) -> dict[str, Any]:
    """What a page's form of that kind (`offer`, `get`, `create`) asks the browser for."""
    (found,) = re.findall(rf'data-passkey="{kind}" data-options="([^"]*)"', page)
    options: dict[str, Any] = json.loads(html.unescape(found))
    return options


def _new_key(algorithm: str) -> Key:
    match algorithm:
        case "EdDSA":
            return ed25519.Ed25519PrivateKey.generate()
        case "RS256":
            return rsa.generate_private_key(65537, 2048)
        case "ES384":
            return ec.generate_private_key(ec.SECP384R1())
    return ec.generate_private_key(ec.SECP256R1())


def _public(key: Key) -> dict[int, object]:
    """The COSE_Key (RFC 9053 section 7, RFC 8230 section 4)."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return {1: 1, 3: -8, -1: 6, -2: key.public_key().public_bytes_raw()}
    if isinstance(key, rsa.RSAPrivateKey):
        of_rsa = key.public_key().public_numbers()
        return {1: 3, 3: -257, -1: of_rsa.n.to_bytes(256, "big"), -2: of_rsa.e.to_bytes(3, "big")}
    numbers, size = key.public_key().public_numbers(), key.key_size // 8
    algorithm, curve = (-7, 1) if size == 32 else (-35, 2)
    x, y = numbers.x.to_bytes(size, "big"), numbers.y.to_bytes(size, "big")
    return {1: 2, 3: algorithm, -1: curve, -2: x, -3: y}


def _signature(key: Key, signed: bytes) -> bytes:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(signed)
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(signed, padding.PKCS1v15(), SHA256())
    return key.sign(signed, ec.ECDSA(SHA256()))
