"""The standing of a refresh token, and when a grant is honoured."""

from dataclasses import replace

import pytest

from gatehouse.oauth.grants import (
    AuthorizationCode,
    Grant,
    RefreshToken,
    Standing,
    first_refresh_token,
    rotated,
    standing,
)
from gatehouse.oauth.secret_values import RefreshTokenValue

GRACE = 60
ROTATED_AT = 1_000

FIRST = RefreshTokenValue.new("grant-1")
SECOND = FIRST.next()
THIRD = SECOND.next()


def after(*successors: RefreshTokenValue, at: int = ROTATED_AT) -> RefreshToken:
    """What is stored after each of `successors` took its turn."""
    stored = first_refresh_token(FIRST)
    for successor in successors:
        stored = rotated(stored, successor, b"sealed", at)
    return stored


def judged(stored: RefreshToken, presented: RefreshTokenValue, now: int = ROTATED_AT) -> Standing:
    return standing(stored, presented, grace=GRACE, now=now)


def test_the_first_token_is_current() -> None:
    assert judged(after(), FIRST) is Standing.CURRENT


def test_the_successor_is_current_however_late() -> None:
    assert judged(after(SECOND), SECOND) is Standing.CURRENT
    assert judged(after(SECOND), SECOND, now=ROTATED_AT + 10_000_000) is Standing.CURRENT


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, Standing.RETRY),
        (GRACE - 1, Standing.RETRY),
        (GRACE, Standing.LATE),
        (GRACE + 1, Standing.LATE),
    ],
)
def test_the_predecessor_is_a_retry_until_the_grace_ends(seconds: int, expected: Standing) -> None:
    assert judged(after(SECOND), FIRST, now=ROTATED_AT + seconds) is expected


def test_two_generations_old_is_reuse_even_inside_the_grace() -> None:
    stored = after(SECOND, THIRD)
    assert judged(stored, FIRST) is Standing.REUSE
    assert judged(stored, FIRST, now=ROTATED_AT + GRACE) is Standing.REUSE
    assert judged(stored, SECOND) is Standing.RETRY
    assert judged(stored, THIRD) is Standing.CURRENT


def test_the_grace_counts_from_the_last_rotation() -> None:
    stored = rotated(after(SECOND, at=0), THIRD, b"sealed", ROTATED_AT)
    assert judged(stored, SECOND, now=ROTATED_AT + GRACE - 1) is Standing.RETRY


def test_a_token_not_yet_issued_is_reuse_if_the_family_is_right() -> None:
    assert judged(after(), SECOND) is Standing.REUSE


def test_an_invented_token_is_unknown() -> None:
    for stored in (after(), after(SECOND)):
        assert judged(stored, RefreshTokenValue.new("grant-1")) is Standing.UNKNOWN
        assert judged(stored, FIRST._replace(family="guess")) is Standing.UNKNOWN


def test_nothing_that_is_stored_is_a_token() -> None:
    written = repr(after(SECOND, THIRD))
    for value in (FIRST, SECOND, THIRD):
        assert value.turn not in written
        assert value.family not in written


def grant() -> Grant:
    code = AuthorizationCode("hash", "https://h.example/cb", "challenge", "S256", 100, used_at=50)
    return Grant("grant-1", "client-1", "s", "e", ("mcp",), ("r",), 10, expires_at=200, code=code)


@pytest.mark.parametrize(("now", "live"), [(199, True), (200, False), (201, False)])
def test_a_grant_is_live_until_the_second_it_expires(now: int, live: bool) -> None:
    assert grant().is_live(now) is live


def test_a_revoked_grant_is_not_live() -> None:
    assert not replace(grant(), revoked_at=60).is_live(100)
    assert not replace(grant(), revoked_at=0).is_live(100)


def test_a_grant_whose_code_was_never_redeemed_is_not_live() -> None:
    code = grant().code
    assert code
    assert not replace(grant(), code=replace(code, used_at=None)).is_live(100)


def test_a_grant_that_never_had_a_code_is_live_at_once() -> None:
    assert replace(grant(), code=None).is_live(100)
