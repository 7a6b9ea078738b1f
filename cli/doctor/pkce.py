"""A verifier and its challenge (RFC 7636)."""

import base64
import hashlib
import secrets
from typing import NamedTuple


class Proof(NamedTuple):
    """What a client keeps, and what it sends ahead."""

    verifier: str
    challenge: str


def new_proof() -> Proof:
    """A new pair, by S256."""
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    return Proof(verifier, base64.urlsafe_b64encode(digest).decode().rstrip("="))
