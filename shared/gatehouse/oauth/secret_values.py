"""Codes, refresh tokens and client secrets: how they are made, told apart and kept.

A value that leaves the server is never stored: storage keeps its SHA-256, which is enough for
values of 256 random bits. Only unreserved characters are used, because clients differ in whether
they percent-encode them (RFC 6749 section 2.3.1).
"""

import hashlib
import hmac
import re
import secrets
from typing import Final, NamedTuple

_CODE_PREFIX: Final = "gtc_"
_REFRESH_PREFIX: Final = "gtr_"
_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


def new_identifier() -> str:
    """128 random bits that name something and prove nothing."""
    while not (identifier := secrets.token_urlsafe(16))[0].isalnum():
        pass  # a command line would take one that begins with a hyphen for an option
    return identifier


def is_identifier(value: str) -> bool:
    """Whether `value` could be one of our identifiers, and so is worth a look in storage."""
    return _IDENTIFIER.fullmatch(value) is not None


def new_secret() -> str:
    """256 random bits that prove something."""
    return secrets.token_urlsafe(32)


def digest(secret_value: str) -> str:
    """The SHA-256 under which a secret value is stored, in hex."""
    # JSON brings halves of characters, which UTF-8 has no form for
    return hashlib.sha256(secret_value.encode(errors="surrogatepass")).hexdigest()


def matches(secret_value: str, stored_digest: str) -> bool:
    """Whether `secret_value` is the one stored as `stored_digest`, in constant time."""
    return hmac.compare_digest(digest(secret_value), stored_digest)


class AuthorizationCodeValue(NamedTuple):
    """An authorization code as the client sees it: the grant it belongs to, and a secret."""

    grant_id: str
    secret: str

    def __str__(self) -> str:
        return f"{_CODE_PREFIX}{self.grant_id}.{self.secret}"

    @classmethod
    def new(cls, grant_id: str) -> "AuthorizationCodeValue":
        return cls(grant_id, new_secret())

    @classmethod
    def parse(cls, value: str) -> "AuthorizationCodeValue | None":
        """The parts of a presented code; None if it was never one of ours."""
        parts = _split(value, _CODE_PREFIX)
        return cls(*parts) if len(parts) == 2 else None


class RefreshTokenValue(NamedTuple):
    """A refresh token as the client sees it.

    `family` stays the same through every rotation of a grant and `turn` changes with each, so
    that an old token is told from an invented one without keeping the old ones.
    """

    grant_id: str
    family: str
    turn: str

    def __str__(self) -> str:
        return f"{_REFRESH_PREFIX}{self.grant_id}.{self.family}.{self.turn}"

    @classmethod
    def new(cls, grant_id: str) -> "RefreshTokenValue":
        return cls(grant_id, new_secret(), new_secret())

    def next(self) -> "RefreshTokenValue":
        """The successor in the same family."""
        return self._replace(turn=new_secret())

    @classmethod
    def parse(cls, value: str) -> "RefreshTokenValue | None":
        """The parts of a presented refresh token; None if it was never one of ours."""
        parts = _split(value, _REFRESH_PREFIX)
        return cls(*parts) if len(parts) == 3 else None


def _split(value: str, prefix: str) -> list[str]:
    parts = value.removeprefix(prefix).split(".")
    return parts if value.startswith(prefix) and all(map(is_identifier, parts)) else []
