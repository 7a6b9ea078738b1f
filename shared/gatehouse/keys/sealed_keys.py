"""A signing key as it is stored."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A signing key: its public half as a JWK in JSON, its private half sealed by KMS."""

    kid: str
    public_jwk: str
    sealed_private_key: bytes
    created_at: int
