"""Reading what others assert: RFC 7519, RFC 7523, RFC 8725."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from gatehouse.oauth.assertions import (
    Assertion,
    BadAssertion,
    read_assertion,
    require_lifetime,
    require_signature,
)
from gatehouse.oauth.capabilities import ASSERTION_ALGORITHMS
from gatehouse.oauth.key_sets import suitable_keys
from tests.signers import Signer, edwards, elliptic, rivest, segment

NOW = 1_800_000_000
KEY, OTHER = elliptic(), elliptic()
TYPES = (None, "jwt")
CLAIMS: dict[str, Any] = {"iss": "a", "sub": "a", "aud": "b", "jti": "1", "exp": NOW + 60}
SIGNERS = [
    elliptic(),
    elliptic(curve=ec.SECP384R1()),
    elliptic(curve=ec.SECP521R1()),
    edwards(),
    *(rivest(f"{kind}{size}") for kind in ("PS", "RS") for size in (256, 384, 512)),
]


def verified(encoded: str, jwks: object) -> Assertion:
    assertion = read_assertion(encoded, types=TYPES)
    require_signature(assertion, suitable_keys(jwks, assertion.header))
    return assertion


def lifetime(**claims: object) -> int:
    changed = {name: value for name, value in {**CLAIMS, **claims}.items() if value != "absent"}
    return require_lifetime(Assertion("", {}, changed), now=NOW)


def test_every_algorithm_has_a_signer_here() -> None:
    assert sorted(signer.algorithm for signer in SIGNERS) == sorted(ASSERTION_ALGORITHMS)


@pytest.mark.parametrize("signer", SIGNERS, ids=lambda signer: signer.algorithm)
def test_every_algorithm_is_verified_and_no_other_key_of_it(signer: Signer) -> None:
    encoded = signer.sign(CLAIMS)

    assert verified(encoded, signer.jwks).claims == CLAIMS
    with pytest.raises(BadAssertion, match="no key"):
        verified(encoded[:-8] + ("A" * 8), signer.jwks)
    with pytest.raises(BadAssertion, match="no key"):
        verified(encoded, {"keys": [each.jwk for each in SIGNERS if each is not signer]})


def test_without_a_kid_each_key_that_fits_is_tried() -> None:
    encoded = KEY.sign(CLAIMS, kid=None)

    keys = [elliptic("other").jwk, rivest().jwk, KEY.jwk]
    assert verified(encoded, {"keys": keys}).claims == CLAIMS


def test_two_keys_of_one_id_are_both_tried() -> None:
    assert verified(KEY.sign(CLAIMS), {"keys": [OTHER.jwk, KEY.jwk]}).claims == CLAIMS


def test_the_right_key_under_another_id_is_not_used() -> None:
    with pytest.raises(BadAssertion, match="no key"):
        verified(KEY.sign(CLAIMS, kid="key-2"), {"keys": [KEY.jwk, elliptic("key-2").jwk]})


@pytest.mark.parametrize(
    "brought",
    [
        {"jwk": OTHER.jwk},
        {"jku": "https://evil.example/jwks.json"},
        {"x5u": "https://evil.example/certificate.pem"},
        {"x5c": ["MIIB"]},
    ],
    ids=lambda brought: next(iter(brought)),
)
def test_a_key_that_it_brings_along_is_ignored(brought: dict[str, Any]) -> None:
    with pytest.raises(BadAssertion, match="no key"):
        verified(OTHER.sign(CLAIMS, **brought), KEY.jwks)
    assert verified(KEY.sign(CLAIMS, **brought), KEY.jwks).claims == CLAIMS


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "HS256", "HS512", "ES256K", "RSA1_5", ""])
def test_an_algorithm_that_is_not_ours_is_refused(alg: str) -> None:
    header, payload = json.dumps({"alg": alg}), json.dumps(CLAIMS)
    for encoded in (KEY.sign_text(header, payload), f"{segment(header)}.{segment(payload)}."):
        with pytest.raises(BadAssertion, match="alg is none of"):
            read_assertion(encoded, types=TYPES)


@pytest.mark.parametrize("alg", ["HS256", "RS256", "ES256", "PS256"])
def test_a_mac_over_the_public_key_proves_nothing(alg: str) -> None:
    signer = rivest()
    secrets = (signer.public_pem, json.dumps(signer.jwk).encode(), b"")
    signed = f"{segment(json.dumps({'alg': alg, 'kid': 'key-1'}))}.{segment(json.dumps(CLAIMS))}"
    for secret in secrets:
        mac = hmac.digest(secret, signed.encode(), hashlib.sha256)
        with pytest.raises(BadAssertion):
            verified(f"{signed}.{segment(mac)}", signer.jwks)


def test_one_rsa_signature_is_not_taken_for_another() -> None:
    signer = rivest("RS256")
    either = {name: value for name, value in signer.jwk.items() if name != "alg"}
    header, payload = json.dumps({"alg": "PS256", "kid": "key-1"}), json.dumps(CLAIMS)

    with pytest.raises(BadAssertion, match="no key"):
        verified(signer.sign_text(header, payload), {"keys": [either]})


def test_an_rsa_key_that_is_too_short_proves_nothing() -> None:
    short = rivest(bits=1024)
    header, payload = json.dumps({"alg": "RS256", "kid": "key-1"}), json.dumps(CLAIMS)

    with pytest.raises(BadAssertion, match="no key"):
        verified(short.sign_text(header, payload), short.jwks)


@pytest.mark.parametrize(
    ("typ", "taken"),
    [
        (None, True),
        ("JWT", True),
        ("jwt", True),
        ("application/JWT", True),
        ("at+jwt", False),
        ("oauth-id-jag+jwt", False),
        ("dpop+jwt", False),
        ("JWT ", False),
        (7, False),
        (["JWT"], False),
        ({}, False),
    ],
    ids=str,
)
def test_only_the_types_that_were_asked_for_are_taken(typ: object, *, taken: bool) -> None:
    header = {"alg": "ES256"} if typ is None else {"alg": "ES256", "typ": typ}
    encoded = KEY.sign_text(json.dumps(header), json.dumps(CLAIMS))
    if taken:
        assert read_assertion(encoded, types=TYPES).claims == CLAIMS
    else:
        with pytest.raises(BadAssertion, match="typ"):
            read_assertion(encoded, types=TYPES)


def test_a_type_that_is_required_may_not_be_left_out() -> None:
    with pytest.raises(BadAssertion, match="typ"):
        read_assertion(KEY.sign(CLAIMS, typ=None), types=("oauth-id-jag+jwt",))


@pytest.mark.parametrize("extension", ["crit", "b64"])
def test_critical_extensions_are_refused(extension: str) -> None:
    header = json.dumps({"alg": "ES256", extension: ["b64"] if extension == "crit" else False})
    with pytest.raises(BadAssertion, match="critical"):
        read_assertion(KEY.sign_text(header, json.dumps(CLAIMS)), types=TYPES)


@pytest.mark.parametrize(
    ("header", "payload"),
    [
        ('{"alg": "ES256"}', '{"sub": "a", "sub": "b"}'),
        ('{"alg": "ES256"}', '{"cnf": {"a": 1, "a": 2}}'),
        ('{"alg": "none", "alg": "ES256"}', "{}"),
        ('{"alg": "ES256"}', '{"exp": NaN}'),
        ('{"alg": "ES256"}', '{"exp": 1e999}'),
        ('{"alg": "ES256"}', '["sub"]'),
        ('"alg"', "{}"),
        ('{"alg": "ES256"}', "[" * 5_000),
        ('{"alg": "ES256"}', '{"sub": "\udcff"}'.encode("utf-8", "surrogatepass")),
        ('{"alg": "ES256"}', '{"sub": "a"}'.encode("utf-16")),
        ('{"alg": "ES256"}', ""),
    ],
    ids=range(11),
)
def test_what_two_readers_could_take_for_two_things_is_refused(
    header: str, payload: str | bytes
) -> None:
    signed = f"{segment(header)}.{segment(payload)}"
    with pytest.raises(BadAssertion):
        read_assertion(f"{signed}.AAAA", types=TYPES)


@pytest.mark.parametrize("change", ["padding", "spaces", "more parts", "fewer parts", "huge"])
def test_what_is_no_compact_jwt_is_refused(change: str) -> None:
    good = KEY.sign(CLAIMS)
    header, payload, signature = good.split(".")
    changed = {
        "padding": f"{header}=.{payload}.{signature}",
        "spaces": f" {good}",
        "more parts": f"{good}.{signature}.{signature}",
        "fewer parts": f"{header}.{payload}",
        "huge": KEY.sign({**CLAIMS, "x": "x" * 20_000}),
    }[change]
    with pytest.raises(BadAssertion):
        read_assertion(changed, types=TYPES)


@pytest.mark.parametrize("value", ["", "x" * 2049, "\ud800", "a\udfff", 7, None, True, ["a"], {}])
def test_a_claim_that_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(BadAssertion, match="sub"):
        Assertion("", {}, {"sub": value}).text("sub")
    with pytest.raises(BadAssertion, match="jti"):
        Assertion("", {}, {"sub": value}).text("jti")


@given(st.text(max_size=60))
def test_no_text_is_read_as_an_assertion(text: str) -> None:
    with pytest.raises(BadAssertion):
        read_assertion(text, types=TYPES)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(["exp", "nbf", "iat", "aud", "jti", "iss"]), JSON))
def test_any_claims_are_taken_or_refused(claims: dict[str, Any]) -> None:
    assertion = Assertion("", {}, claims)
    for check in (
        lambda: require_lifetime(assertion, now=NOW),
        lambda: assertion.text("iss"),
        lambda: assertion.audiences,
    ):
        try:
            check()
        except BadAssertion:
            continue


@given(st.dictionaries(st.sampled_from(["kty", "crv", "x", "y", "n", "e", "kid", "alg"]), JSON))
def test_any_key_is_tried_or_left_out(members: dict[str, Any]) -> None:
    for signer in (KEY, SIGNERS[3], SIGNERS[-1]):
        jwk = {name: value for name, value in signer.jwk.items() if name not in ("alg", "use")}
        try:
            verified(signer.sign(CLAIMS), {"keys": [jwk | members]})
        except BadAssertion:
            continue


@pytest.mark.parametrize("exp", [NOW + 1, NOW + 0.5, NOW + 3600, NOW + 3630])
def test_it_is_good_until_it_ends(exp: float) -> None:
    assert exp <= lifetime(exp=exp) < exp + 1


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": "absent"},
        {"exp": NOW},
        {"exp": NOW - 1},
        {"exp": NOW + 3631},
        {"exp": 10**400},
        {"exp": str(NOW + 60)},
        {"exp": True},
        {"exp": None},
        {"exp": [NOW + 60]},
        {"nbf": NOW + 31},
        {"nbf": "now"},
        {"iat": NOW + 31},
        {"iat": NOW - 3631},
        {"iat": False},
    ],
    ids=str,
)
def test_what_is_not_of_now_is_refused(claims: dict[str, object]) -> None:
    with pytest.raises(BadAssertion):
        lifetime(**claims)


@pytest.mark.parametrize("claims", [{"nbf": NOW + 30}, {"iat": NOW + 30}, {"iat": NOW - 3600}])
def test_the_clock_of_whoever_made_it_may_be_a_little_off(claims: dict[str, object]) -> None:
    assert lifetime(**claims) == NOW + 60
