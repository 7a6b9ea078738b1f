"""What is kept of a passkey: the public half of a key that a person's authenticator holds."""

import hashlib
from dataclasses import dataclass
from typing import Final

MOST_PASSKEYS: Final = 10  # of one person
LONGEST_NAME: Final = 60


class PasskeyRefused(Exception):
    """What a browser brought is not taken; the message says why, for the log alone."""


@dataclass(frozen=True, slots=True)
class Passkey:
    """A credential of WebAuthn section 4, "credential record". Times are epoch seconds.

    It counts as long as its person has it in `passkeys`. `public_key` is a COSE_Key in CBOR
    (RFC 9052 section 7).
    """

    passkey_id: str
    credential_id: bytes
    subject: str
    email: str
    public_key: bytes
    sign_count: int
    backup_eligible: bool
    backed_up: bool
    transports: tuple[str, ...]
    name: str
    created_at: int
    last_used_at: int | None = None


def passkey_id(credential_id: bytes) -> str:
    """What a passkey is kept under: a credential id may be as long as a kilobyte."""
    return hashlib.sha256(credential_id).hexdigest()


def passkey_name(typed: str) -> str:
    """What a person calls a passkey, from what they typed."""
    printable = "".join(c if c.isprintable() else " " for c in typed)
    return " ".join(printable.split())[:LONGEST_NAME].strip() or "Passkey"
