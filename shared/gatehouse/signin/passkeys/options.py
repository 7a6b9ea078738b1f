"""What a page asks of an authenticator, as JSON that its script hands on.

Written here and not by the library: a page that is only shown need not load it.
"""

from collections.abc import Iterable
from typing import Any, Final

from gatehouse import base64url
from gatehouse.signin.passkeys.ceremony import Ceremony
from gatehouse.signin.passkeys.passkey import Passkey
from gatehouse.signin.people import Person

# RFC 9053 sections 2.1 and 2.2, RFC 8812 section 2: ES256, EdDSA, RS256, in order of preference
ALGORITHMS: Final = (-7, -8, -257)
_TIMEOUT_MILLISECONDS: Final = 300_000


def creation_options(
    person: Person, known: Iterable[Passkey], ceremony: Ceremony, *, server_name: str
) -> dict[str, Any]:
    """`PublicKeyCredentialCreationOptionsJSON` (WebAuthn section 5.1.9)."""
    return {
        "rp": {"id": ceremony.rp_id, "name": server_name},
        "user": {
            "id": base64url.encode(person.subject.encode()),
            "name": person.email,
            "displayName": person.email,
        },
        "challenge": base64url.encode(ceremony.new_challenge()),
        "pubKeyCredParams": [{"type": "public-key", "alg": alg} for alg in ALGORITHMS],
        "timeout": _TIMEOUT_MILLISECONDS,
        "excludeCredentials": _descriptors(known),
        "authenticatorSelection": {
            # to sign in without an email address, and to be two factors by itself
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
        "attestation": "none",
    }


def request_options(ceremony: Ceremony, allowed: Iterable[Passkey] = ()) -> dict[str, Any]:
    """`PublicKeyCredentialRequestOptionsJSON` (WebAuthn section 5.1.10).

    Without `allowed` the authenticator offers whatever it holds for this server.
    """
    return {
        "challenge": base64url.encode(ceremony.new_challenge()),
        "timeout": _TIMEOUT_MILLISECONDS,
        "rpId": ceremony.rp_id,
        "allowCredentials": _descriptors(allowed),
        "userVerification": "required",
    }


def _descriptors(passkeys: Iterable[Passkey]) -> list[dict[str, Any]]:
    return [
        {
            "type": "public-key",
            "id": base64url.encode(each.credential_id),
            "transports": list(each.transports),
        }
        for each in passkeys
    ]
