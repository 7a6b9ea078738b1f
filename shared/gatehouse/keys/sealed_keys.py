"""A signing key as it is stored."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A signing key: its public half as a JWK in JSON, its private half sealed by KMS.

    It is published from `created_at` on, and signs from `signs_from` on, until the next one does.
    """

    kid: str
    public_jwk: str
    sealed_private_key: bytes
    created_at: int
    signs_from: int
