"""ID tokens: whatever a provider signs, it proves who signed in or it proves nothing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatehouse.oauth.assertions import BadAssertion
from gatehouse.signin.providers.id_tokens import Expected, verified_claims
from tests.signers import Signer, edwards, elliptic, rivest

NOW = 1_800_000_000
EXPECTED = Expected("https://acme.example", "client", "nonce", NOW)
CLAIMS: dict[str, Any] = {
    "iss": "https://acme.example",
    "sub": "person-1",
    "aud": "client",
    "nonce": "nonce",
    "iat": NOW,
    "exp": NOW + 60,
}
SIGNER = elliptic()
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["client", "nonce", "https://acme.example", NOW, NOW + 60, ""])
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)


def verified(token: str, signer: Signer = SIGNER, **changes: Any) -> Any:
    return verified_claims(token, EXPECTED._replace(**changes), lambda _: [signer.jwk])


@pytest.mark.parametrize("make", [elliptic, edwards, rivest])
def test_an_id_token_may_be_signed_by_any_public_key(make: Any) -> None:
    signer = make()

    assert verified(signer.sign(CLAIMS), signer) == CLAIMS


@given(st.dictionaries(st.sampled_from([*CLAIMS, "azp", "nbf", "auth_time", "x"]), _JSON))
def test_whatever_it_says_it_says_all_that_is_expected_or_proves_nothing(
    changes: dict[str, Any],
) -> None:
    try:
        claims = verified(SIGNER.sign(CLAIMS | changes), authenticated_since=NOW)
    except BadAssertion:
        return
    assert (claims["iss"], claims["nonce"]) == ("https://acme.example", "nonce")
    assert claims["aud"] == "client" or "client" in claims["aud"]
    assert claims["exp"] > NOW
    assert claims["iat"] <= NOW + 30
    assert isinstance(claims["sub"], str)
    assert claims["sub"]


@given(st.text(max_size=60) | st.from_regex(r"[A-Za-z0-9_-]{0,20}(\.[A-Za-z0-9_-]{0,20}){0,4}"))
def test_whatever_is_sent_for_one_proves_nothing(token: str) -> None:
    with pytest.raises(BadAssertion):
        verified(token)


@pytest.mark.parametrize(
    ("auth_time", "is_good"), [(NOW - 31, False), (NOW - 30, True), (NOW, True), (None, True)]
)
def test_a_proof_is_as_fresh_as_was_asked_for(auth_time: int | None, is_good: bool) -> None:
    claims = CLAIMS if auth_time is None else {**CLAIMS, "auth_time": auth_time}
    token = SIGNER.sign(claims)

    assert verified(token)
    if is_good:
        assert verified(token, authenticated_since=NOW)
    else:
        with pytest.raises(BadAssertion, match="did not prove who they are again"):
            verified(token, authenticated_since=NOW)
