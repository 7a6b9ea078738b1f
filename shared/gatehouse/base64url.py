"""base64url without padding, as JOSE and OAuth use it (RFC 7515 section 2)."""

import base64


def encode(octets: bytes) -> str:
    """`octets` in base64url."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def decode(encoded: str) -> bytes:
    """The octets of `encoded`. Raises `ValueError` for all that `encode` would not have written."""
    octets = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    # Python skips what is not of the alphabet, and bits that are left over
    if encode(octets) != encoded:
        raise ValueError("not base64url")
    return octets
