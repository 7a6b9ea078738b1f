"""Proof Key for Code Exchange (RFC 7636)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatehouse.errors import InvalidGrant, InvalidRequest
from gatehouse.oauth.pkce import require_challenge, require_verifier

# RFC 7636 appendix B
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
BOTH = ("S256", "plain")


def test_the_example_of_the_rfc_verifies() -> None:
    require_verifier(VERIFIER, code_challenge=CHALLENGE, method="S256")


def test_a_plain_verifier_is_the_challenge_itself() -> None:
    require_verifier(VERIFIER, code_challenge=VERIFIER, method="plain")


@pytest.mark.parametrize(
    ("verifier", "challenge", "method"),
    [
        ("x" + VERIFIER[1:], CHALLENGE, "S256"),
        (VERIFIER, CHALLENGE, "plain"),
        (CHALLENGE, CHALLENGE, "S256"),
        (VERIFIER, VERIFIER, "S256"),
        ("x" + VERIFIER[1:], VERIFIER, "plain"),
        (VERIFIER[:42], CHALLENGE, "S256"),
        (VERIFIER[:42], VERIFIER[:42], "plain"),
        ("a" * 129, "a" * 129, "plain"),
        (VERIFIER + "\n", CHALLENGE, "S256"),
        (VERIFIER + "=", CHALLENGE, "S256"),
        ("é" * 43, "é" * 43, "plain"),
    ],
)
def test_a_verifier_that_does_not_answer_is_an_invalid_grant(
    verifier: str, challenge: str, method: str
) -> None:
    with pytest.raises(InvalidGrant):
        require_verifier(verifier, code_challenge=challenge, method=method)


@pytest.mark.parametrize("verifier", [None, ""])
def test_a_missing_verifier_is_an_invalid_request(verifier: str | None) -> None:
    with pytest.raises(InvalidRequest):
        require_verifier(verifier, code_challenge=CHALLENGE, method="S256")


@given(st.text(max_size=140))
def test_no_invented_verifier_passes(verifier: str) -> None:
    with pytest.raises((InvalidGrant, InvalidRequest)):
        require_verifier(verifier, code_challenge=CHALLENGE, method="S256")


@pytest.mark.parametrize("length", [43, 128])
def test_verifiers_of_every_allowed_length_pass(length: int) -> None:
    verifier = "~" * length
    require_verifier(verifier, code_challenge=verifier, method="plain")


def test_the_challenge_comes_back_with_its_method() -> None:
    assert require_challenge(CHALLENGE, "S256", BOTH) == (CHALLENGE, "S256")
    assert require_challenge(VERIFIER, "plain", BOTH) == (VERIFIER, "plain")


@pytest.mark.parametrize("method", [None, ""])
def test_an_absent_method_means_plain(method: str | None) -> None:
    assert require_challenge(VERIFIER, method, BOTH) == (VERIFIER, "plain")
    with pytest.raises(InvalidRequest):
        require_challenge(VERIFIER, method, ("S256",))


@pytest.mark.parametrize(
    ("challenge", "method"),
    [
        (None, "S256"),
        ("", "S256"),
        (CHALLENGE, "s256"),
        (CHALLENGE, "S512"),
        (CHALLENGE[:42], "S256"),
        (CHALLENGE + "A", "S256"),
        (CHALLENGE[:42] + "=", "S256"),
        (CHALLENGE[:42] + "~", "S256"),
        (CHALLENGE + "\n", "S256"),
        ("a" * 42, "plain"),
        ("a" * 129, "plain"),
        ("a" * 42 + " ", "plain"),
    ],
)
def test_a_challenge_of_the_wrong_form_is_an_invalid_request(
    challenge: str | None, method: str
) -> None:
    with pytest.raises(InvalidRequest):
        require_challenge(challenge, method, BOTH)


def test_plain_is_refused_where_the_stack_narrows_to_s256() -> None:
    with pytest.raises(InvalidRequest, match="S256"):
        require_challenge(VERIFIER, "plain", ("S256",))
