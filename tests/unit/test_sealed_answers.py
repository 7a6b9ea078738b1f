"""Token responses sealed under the refresh token they answer."""

import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given, settings
from hypothesis import strategies as st

from gatehouse.oauth.secret_values import RefreshTokenValue
from gatehouse.oauth.token_endpoint.sealed_answers import seal, unseal

PRESENTED = RefreshTokenValue.new("grant-1")
ANSWER = {"access_token": "a.b.c", "expires_in": 3600, "scope": "mcp é"}


@settings(max_examples=50)
@given(st.dictionaries(st.text(max_size=8), st.text(max_size=20) | st.integers(), max_size=5))
def test_the_presented_token_opens_the_answer(answer: dict[str, Any]) -> None:
    assert unseal(seal(answer, PRESENTED), PRESENTED) == answer


@pytest.mark.parametrize(
    "other",
    [
        PRESENTED.next(),
        RefreshTokenValue.new("grant-1"),
        PRESENTED._replace(grant_id="grant-2"),
        PRESENTED._replace(family=PRESENTED.turn),
    ],
    ids=["successor", "stranger", "other grant", "other family"],
)
def test_no_other_token_opens_it(other: RefreshTokenValue) -> None:
    with pytest.raises(InvalidTag):
        unseal(seal(ANSWER, PRESENTED), other)


@pytest.mark.parametrize("position", [0, 11, 12, 20, -1])
def test_a_changed_byte_is_noticed(position: int) -> None:
    sealed = bytearray(seal(ANSWER, PRESENTED))
    sealed[position] ^= 1
    with pytest.raises(InvalidTag):
        unseal(bytes(sealed), PRESENTED)


def test_what_is_stored_does_not_show_the_answer() -> None:
    sealed = seal(ANSWER, PRESENTED)
    assert b"a.b.c" not in sealed
    assert json.dumps(ANSWER).encode() not in sealed


def test_the_same_answer_is_never_sealed_the_same_way() -> None:
    assert seal(ANSWER, PRESENTED) != seal(ANSWER, PRESENTED)
