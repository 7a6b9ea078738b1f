"""Codes, refresh tokens and secrets: made, told apart and kept as digests."""

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatehouse.oauth.secret_values import (
    AuthorizationCodeValue,
    RefreshTokenValue,
    digest,
    is_identifier,
    matches,
    new_identifier,
    new_secret,
)


def test_secrets_and_identifiers_use_unreserved_characters_only() -> None:
    for value in (new_identifier(), new_secret()):
        assert re.fullmatch(r"[A-Za-z0-9_-]+", value)
        assert is_identifier(value)


def test_a_secret_has_256_bits_and_an_identifier_128() -> None:
    assert len(new_secret()) == 43
    assert len(new_identifier()) == 22


def test_no_two_are_alike() -> None:
    made = [make() for make in (new_secret, new_identifier) for _ in range(50)]
    assert len(set(made)) == len(made)


@pytest.mark.parametrize("value", ["", "a b", "a.b", "a\n", "é", "a" * 65, "https://x", "a%41"])
def test_what_we_never_made_is_no_identifier(value: str) -> None:
    assert not is_identifier(value)


def test_the_digest_is_sha256_in_hex() -> None:
    assert digest("secret") == hashlib.sha256(b"secret").hexdigest()


@given(st.text(max_size=20), st.text(max_size=20))
def test_only_the_value_itself_matches_its_digest(value: str, other: str) -> None:
    assert matches(value, digest(value))
    assert matches(other, digest(value)) is (other == value)


def test_a_code_is_read_back_with_its_grant() -> None:
    code = AuthorizationCodeValue.new("grant-1")
    assert AuthorizationCodeValue.parse(str(code)) == code
    assert code.grant_id == "grant-1"


def test_a_refresh_token_is_read_back() -> None:
    first = RefreshTokenValue.new("grant-1")
    assert RefreshTokenValue.parse(str(first)) == first
    assert first.grant_id == "grant-1"


def test_a_successor_keeps_grant_and_family_but_not_the_secret() -> None:
    first = RefreshTokenValue.new("grant-1")
    second = first.next()
    assert (second.grant_id, second.family) == (first.grant_id, first.family)
    assert second.turn != first.turn


@pytest.mark.parametrize(
    "value",
    [
        "",
        "gtc_",
        "gtc_a",
        "gtc_a.",
        "gtc_.b",
        "gtc_a.b.c",
        "gtr_a.b",
        "a.b",
        "gtc_a.b\n",
        "GTC_a.b",
    ],
)
def test_what_was_never_a_code_is_none(value: str) -> None:
    assert AuthorizationCodeValue.parse(value) is None


@pytest.mark.parametrize(
    "value",
    [
        "",
        "gtr_",
        "gtr_a.b",
        "gtr_a..c",
        "gtr_a.b.c.d",
        "gtc_a.b.c",
        "a.b.c",
        "gtr_a.b.c ",
        "gtr_a.b.é",
    ],
)
def test_what_was_never_a_refresh_token_is_none(value: str) -> None:
    assert RefreshTokenValue.parse(value) is None


@given(st.text(max_size=40) | st.from_regex(r"gt[cr]_[a-z.]{0,12}", fullmatch=True))
def test_a_value_that_parses_is_written_the_same_way(value: str) -> None:
    for kind in (AuthorizationCodeValue, RefreshTokenValue):
        parsed = kind.parse(value)
        assert parsed is None or str(parsed) == value
