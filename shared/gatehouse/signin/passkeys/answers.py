"""What authenticators answered, read and checked by the library.

Loads fido2, so this module is loaded where an answer has come.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from fido2 import cbor
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    CollectedClientData,
    PublicKeyCredentialRpEntity,
    RegistrationResponse,
    UserVerificationRequirement,
)

from gatehouse import base64url, strict_json
from gatehouse.signin.passkeys.ceremony import Ceremony
from gatehouse.signin.passkeys.options import ALGORITHMS
from gatehouse.signin.passkeys.passkey import Passkey, PasskeyRefused

_NO_AAGUID = bytes(16)
_LONGEST_CREDENTIAL_ID = 1023  # WebAuthn section 7.1, step 25
_TRANSPORTS = frozenset({"usb", "nfc", "ble", "smart-card", "hybrid", "internal"})


class NewCredential(NamedTuple):
    """A credential that was just made. `public_key` is a COSE_Key in CBOR."""

    challenge: bytes
    credential_id: bytes
    public_key: bytes
    sign_count: int
    backup_eligible: bool
    backed_up: bool
    transports: tuple[str, ...]


class Assertion:
    """An answer to `navigator.credentials.get`, which proves nothing before `require_signed`."""

    def __init__(self, answer: str) -> None:
        """Read it. Raises `PasskeyRefused`."""
        self._json = _object(answer)
        try:
            self._read = AuthenticationResponse.from_dict(self._json)
        except Exception as error:  # whatever its parsers stumble over
            raise _unreadable("an assertion", error) from None
        self.credential_id = bytes(self._read.raw_id)
        self.challenge = self._read.response.client_data.challenge
        self.user_handle = self._read.response.user_handle

    @property
    def data(self) -> AuthenticatorData:
        """What the authenticator says of itself and of the person."""
        return self._read.response.authenticator_data

    def require_signed(self, passkey: Passkey, ceremony: Ceremony) -> None:
        """Raises `PasskeyRefused` unless that passkey signed it for this ceremony.

        WebAuthn section 7.2, steps 10 to 21.
        """
        _require_own(self._read.response.client_data, ceremony)
        try:
            key = CoseKey.parse(_mapping(cbor.decode(passkey.public_key)))
            known = AttestedCredentialData.create(_NO_AAGUID, passkey.credential_id, key)
            _server(ceremony).authenticate_complete(
                _state(self.challenge), [known], response=self._json
            )
        except Exception as error:
            # in the library's own words, as all that was sent has been read before
            raise PasskeyRefused(f"not signed for this ceremony: {error}") from None


def checked_registration(answer: str, ceremony: Ceremony) -> NewCredential:
    """The credential that `navigator.credentials.create` answers. Raises `PasskeyRefused`.

    WebAuthn section 7.1, steps 5 to 25, without attestation.
    """
    members = _object(answer)
    try:
        client_data = RegistrationResponse.from_dict(members).response.client_data
    except Exception as error:
        raise _unreadable("a registration", error) from None
    _require_own(client_data, ceremony)
    try:
        data = _server(ceremony).register_complete(_state(client_data.challenge), members)
        made = data.credential_data
    except Exception as error:
        raise PasskeyRefused(f"not made for this ceremony: {error}") from None
    if made is None or not 0 < len(made.credential_id) <= _LONGEST_CREDENTIAL_ID:
        raise PasskeyRefused("no credential id, or a longer one than there can be")
    if made.public_key.ALGORITHM not in ALGORITHMS:
        raise PasskeyRefused("an algorithm that was not asked for")
    return NewCredential(
        client_data.challenge,
        bytes(made.credential_id),
        cbor.encode(made.public_key),
        data.counter,
        data.is_backup_eligible(),
        data.is_backed_up(),
        _transports(members["response"]),
    )


def _require_own(client_data: CollectedClientData, ceremony: Ceremony) -> None:
    if not ceremony.is_own(client_data.challenge):
        raise PasskeyRefused("the challenge is of another browser or purpose")
    if ceremony.has_expired(client_data.challenge):
        raise PasskeyRefused("the challenge has expired")
    # No page of ours is ever framed
    if client_data.cross_origin:
        raise PasskeyRefused("the ceremony was inside another site's page")


def _server(ceremony: Ceremony) -> Fido2Server:
    party = PublicKeyCredentialRpEntity(id=ceremony.rp_id, name=ceremony.rp_id)
    # the library would take any port and every host below
    return Fido2Server(party, verify_origin=lambda origin: origin == ceremony.origin)


def _state(challenge: bytes) -> dict[str, Any]:
    return {
        "challenge": base64url.encode(challenge),
        "user_verification": UserVerificationRequirement.REQUIRED,
    }


def _object(answer: str) -> dict[str, Any]:
    try:
        members = strict_json.loads(answer)
    except ValueError as error:
        raise _unreadable("JSON", error) from None
    if not isinstance(members, dict):
        raise PasskeyRefused("not an object")
    return members


def _mapping(value: object) -> Mapping[int, Any]:
    if not isinstance(value, Mapping):
        raise TypeError("not a map")
    return value


def _transports(response: Mapping[str, Any]) -> tuple[str, ...]:
    told = response.get("transports")
    return tuple(sorted(_TRANSPORTS.intersection(map(str, told)))) if isinstance(told, list) else ()


def _unreadable(what: str, error: Exception) -> PasskeyRefused:
    # by its kind alone: the message may hold what a stranger sent
    return PasskeyRefused(f"not {what} ({type(error).__name__})")
