"""Passwords, hashed with argon2id (RFC 9106)."""

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from argon2 import PasswordHasher

# The hash of a password that was thrown away: verified against when nobody has the address.
NOBODYS_HASH: Final = (
    "$argon2id$v=19$m=65536,t=3,p=1"
    "$oG9JLB3P3L1oOFhFCCsEag"
    "$kRrfhcTTu9O08596wvek/Ghr5sJ2PTm4KcVE6C/jrkg"
)


def hash_password(password: str) -> str:
    """What to store of `password`."""
    return _hasher().hash(password)


def verify_password(password: str, password_hash: str) -> bool:
    """Whether `password` is the one behind `password_hash`."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> "PasswordHasher":
    # loaded with the first password: people come with a passkey and from a provider too
    from argon2 import PasswordHasher
    from argon2.profiles import RFC_9106_LOW_MEMORY

    # 64 MiB and 3 passes: the second recommendation of RFC 9106 section 4, which a small function
    # can afford. One lane, as a small function has one core.
    return PasswordHasher.from_parameters(replace(RFC_9106_LOW_MEMORY, parallelism=1))
