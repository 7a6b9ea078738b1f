"""Challenges for passkeys: bound to a browser and a purpose, and good for a while."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gatehouse.signin.passkeys.ceremony import CHALLENGE_LIFETIME, Ceremony, expiry

NOW = 1_800_000_000
CEREMONY = Ceremony("https://mcp.example.com:8443", "cookie-of-the-browser", "passkey sign-in", NOW)


def test_the_relying_party_is_the_host() -> None:
    assert CEREMONY.rp_id == "mcp.example.com"


def test_a_challenge_is_new_each_time_and_its_own_until_it_expires() -> None:
    challenge = CEREMONY.new_challenge()

    assert challenge != CEREMONY.new_challenge()
    assert CEREMONY.is_own(challenge)
    assert expiry(challenge) == NOW + CHALLENGE_LIFETIME
    assert not CEREMONY.has_expired(challenge)
    assert replace(CEREMONY, now=NOW + CHALLENGE_LIFETIME).has_expired(challenge)


def test_it_is_of_no_use_in_another_browser_or_for_another_purpose() -> None:
    challenge = CEREMONY.new_challenge()

    assert not replace(CEREMONY, cookie="cookie-of-another").is_own(challenge)
    assert not replace(CEREMONY, purpose="passkey registration").is_own(challenge)
    assert not replace(CEREMONY, purpose="passkey after password").is_own(challenge)


@given(st.binary(max_size=80) | st.binary(min_size=56, max_size=56))
def test_no_other_octets_are_one(octets: bytes) -> None:
    assert not CEREMONY.is_own(octets)


@given(st.integers(0, 55), st.integers(1, 255))
def test_one_octet_changed_spoils_it(place: int, by: int) -> None:
    challenge = bytearray(CEREMONY.new_challenge())
    challenge[place] ^= by

    assert not CEREMONY.is_own(bytes(challenge))
