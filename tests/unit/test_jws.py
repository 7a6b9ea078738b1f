"""JSON Web Signatures, beside a library's reading of the same."""

from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatehouse.oauth.tokens.jws import BadJws, parse, sign, verified_claims
from tests.unit.tokens import KEY, OTHER_KEY, segment

HEADER = {"alg": "ES256", "typ": "at+jwt", "kid": "key-1"}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def read(encoded: str) -> Any:
    return verified_claims(parse(encoded), KEY.public_key())


def as_pyjwt_reads(encoded: str) -> Any:
    unchecked = {f"verify_{name}": False for name in ("exp", "nbf", "iat", "aud", "iss", "sub")}
    options: Any = {**unchecked, "verify_jti": False}
    return jwt.decode(encoded, KEY.public_key(), algorithms=["ES256"], options=options)


@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_pyjwt_reads_what_we_sign(claims: dict[str, Any]) -> None:
    assert as_pyjwt_reads(sign(HEADER, claims, KEY)) == claims


@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_we_read_what_pyjwt_signs(claims: dict[str, Any]) -> None:
    encoded = jwt.api_jws.encode(segment_bytes(claims), KEY, algorithm="ES256", headers=HEADER)
    assert read(encoded) == claims


def segment_bytes(claims: dict[str, Any]) -> bytes:
    import json

    return json.dumps(claims).encode()


def test_another_key_s_signature_is_refused() -> None:
    with pytest.raises(BadJws):
        read(sign(HEADER, {"sub": "a"}, OTHER_KEY))


@given(st.integers(min_value=0), st.characters(codec="ascii", exclude_characters="\n"))
def test_any_changed_character_is_refused(position: int, character: str) -> None:
    encoded = sign(HEADER, {"sub": "a"}, KEY)
    place = position % len(encoded)
    changed = encoded[:place] + character + encoded[place + 1 :]
    if changed != encoded:
        with pytest.raises(BadJws):
            read(changed)


@given(st.text())
def test_text_is_no_jws(text: str) -> None:
    with pytest.raises(BadJws):
        read(text)


@pytest.mark.parametrize(
    "form",
    [
        pytest.param("{0}.{1}.{2}=", id="padded"),
        pytest.param("{0}.{1}.{2}\n", id="a line break"),
        pytest.param(" {0}.{1}.{2}", id="a space"),
        pytest.param("{0}.{1}.{2}.", id="four parts"),
        pytest.param("{0}.{1}", id="two parts"),
        pytest.param("{0}.{1}.", id="no signature"),
        pytest.param("{0}.{1}.{2}AAAA", id="a longer signature"),
        pytest.param(".{1}.{2}", id="no header"),
    ],
)
def test_only_the_compact_form_is_read(form: str) -> None:
    with pytest.raises(BadJws):
        read(form.format(*sign(HEADER, {"sub": "a"}, KEY).split(".")))


@pytest.mark.parametrize("numbers", [(0, 0), (0, 1), (1, 0), (2**256 - 1, 2**256 - 1)])
def test_numbers_outside_the_curve_are_refused(numbers: tuple[int, int]) -> None:
    header, payload, _ = sign(HEADER, {"sub": "a"}, KEY).split(".")
    signature = b"".join(number.to_bytes(32, "big") for number in numbers)
    with pytest.raises(BadJws):
        read(f"{header}.{payload}.{segment(signature)}")


@pytest.mark.parametrize("header", [b"[]", b"1", b"null", b'{"a":NaN}', b"\xff", b"[" * 12_000])
def test_a_header_is_a_json_object(header: bytes) -> None:
    with pytest.raises(BadJws):
        parse(f"{segment(header)}.e30.AAAA")


def test_a_token_longer_than_any_of_ours_is_not_read() -> None:
    with pytest.raises(BadJws):
        read(sign(HEADER, {"sub": "a" * 20_000}, KEY))
