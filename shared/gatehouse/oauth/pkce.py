"""Proof Key for Code Exchange (RFC 7636)."""

import hashlib
import hmac
import re
from collections.abc import Collection
from typing import Final

from gatehouse import base64url
from gatehouse.errors import InvalidGrant, InvalidRequest

# RFC 7636 sections 4.1 and 4.2: the same characters for the verifier and the challenge
_VERIFIER: Final = re.compile(r"[A-Za-z0-9\-._~]{43,128}")
_S256_CHALLENGE: Final = re.compile(r"[A-Za-z0-9\-_]{43}")


def require_challenge(
    code_challenge: str | None, method: str | None, supported: Collection[str]
) -> tuple[str, str]:
    """The challenge and its method (RFC 7636 section 4.3), or `InvalidRequest`."""
    # OAuth 2.1 section 7.5.1: every client sends a challenge
    if not code_challenge:
        raise InvalidRequest("code_challenge is required: use PKCE with S256")
    # RFC 7636 section 4.3: an absent method means plain
    method = method or "plain"
    # RFC 7636 section 4.4.1: an unsupported transformation
    if method not in supported:
        raise InvalidRequest(f"code_challenge_method must be one of: {', '.join(supported)}")
    form = _S256_CHALLENGE if method == "S256" else _VERIFIER
    if not form.fullmatch(code_challenge):
        raise InvalidRequest("code_challenge is not of the form that RFC 7636 section 4.2 gives")
    return code_challenge, method


def require_verifier(code_verifier: str | None, *, code_challenge: str, method: str) -> None:
    """Raise unless `code_verifier` answers the challenge (RFC 7636 section 4.6)."""
    if not code_verifier:
        raise InvalidRequest("code_verifier is required")
    if not _VERIFIER.fullmatch(code_verifier):
        raise InvalidGrant("code_verifier does not match the code_challenge", reason="pkce_form")
    if method == "S256":
        hashed = hashlib.sha256(code_verifier.encode()).digest()
        transformed = base64url.encode(hashed)
    else:
        transformed = code_verifier
    if not hmac.compare_digest(transformed, code_challenge):
        raise InvalidGrant("code_verifier does not match the code_challenge", reason="pkce")
