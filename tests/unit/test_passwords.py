"""Passwords, hashed with argon2id."""

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from gatehouse.signin.passwords import NOBODYS_HASH, hash_password, verify_password

PASSWORD = "correct horse bättery 🐎"
HASH = hash_password(PASSWORD)


def test_only_the_password_verifies() -> None:
    assert verify_password(PASSWORD, HASH)
    for wrong in ("", PASSWORD[:-1], PASSWORD + " ", PASSWORD.upper()):
        assert not verify_password(wrong, HASH)


def test_the_same_password_is_never_hashed_the_same_way() -> None:
    assert hash_password(PASSWORD) != HASH
    assert PASSWORD not in HASH


def test_the_parameters_are_those_of_rfc_9106() -> None:
    parameters = extract_parameters(HASH)
    assert (parameters.type, parameters.version) == (Type.ID, 19)
    assert (parameters.memory_cost, parameters.time_cost) == (64 * 1024, 3)


def test_nobodys_hash_costs_what_everybodys_costs_and_verifies_nothing() -> None:
    assert extract_parameters(NOBODYS_HASH) == extract_parameters(HASH)
    assert not verify_password("", NOBODYS_HASH)
    assert not verify_password(PASSWORD, NOBODYS_HASH)


@pytest.mark.parametrize("broken", ["", "x", "$2b$12$x"])
def test_a_hash_that_is_broken_verifies_nothing(broken: str) -> None:
    assert not verify_password(PASSWORD, broken)


@pytest.mark.parametrize("length", [10, 30, 60])
def test_a_hash_that_was_cut_short_verifies_nothing(length: int) -> None:
    assert not verify_password(PASSWORD, NOBODYS_HASH[:length])
