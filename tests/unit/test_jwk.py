"""Elliptic curve keys as JWKs."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from hypothesis import given
from hypothesis import strategies as st

from gatehouse.keys.jwk import public_jwk, public_key, thumbprint

# RFC 9449 section 6.1, the key of its examples and the thumbprint that it gives
JWK = {
    "kty": "EC",
    "x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
    "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA",
    "crv": "P-256",
}
THUMBPRINT = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"


def test_the_thumbprint_is_the_one_that_rfc_9449_gives() -> None:
    assert thumbprint(JWK) == THUMBPRINT


def test_the_thumbprint_depends_on_the_key_and_on_nothing_else() -> None:
    decorated = {"kid": "x", "use": "sig", **dict(reversed(JWK.items())), "alg": "ES256"}
    assert thumbprint(decorated) == THUMBPRINT
    assert thumbprint(JWK | {"x": JWK["y"]}) != THUMBPRINT


def test_a_published_key_is_read_back_to_the_same_jwk() -> None:
    assert public_jwk(public_key(JWK)) == JWK | {"use": "sig", "alg": "ES256"}


@given(st.integers(1, 2**255))
def test_any_key_comes_back_with_coordinates_of_full_length(secret: int) -> None:
    key = derive_private_key(secret, SECP256R1()).public_key()
    jwk = public_jwk(key)
    assert public_key(jwk).public_numbers() == key.public_numbers()
    assert (len(jwk["x"]), len(jwk["y"])) == (43, 43)
    assert "d" not in jwk


def test_a_coordinate_with_leading_zeros_is_not_shortened() -> None:
    # the first scalar whose x begins with a zero byte
    keys = (derive_private_key(n, SECP256R1()).public_key() for n in range(1, 2000))
    key = next(key for key in keys if key.public_numbers().x < 2**248)
    assert public_jwk(key)["x"].startswith("A")
    assert len(public_jwk(key)["x"]) == 43


def test_a_point_off_the_curve_is_no_key() -> None:
    with pytest.raises(ValueError, match=r"curve|point"):
        public_key(JWK | {"y": JWK["x"]})
