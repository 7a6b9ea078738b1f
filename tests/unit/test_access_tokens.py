"""Access tokens: JWTs as RFC 9068 profiles them, and every way to get one wrong."""

from dataclasses import replace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from gatehouse.errors import InvalidToken
from gatehouse.keys.jwk import public_jwk
from gatehouse.oauth.access_tokens import (
    AccessToken,
    SigningKey,
    issue_access_token,
    verify_access_token,
)
from gatehouse.oauth.grants import AuthorizationCode, Grant
from gatehouse.oauth.story import Story
from tests.unit.tokens import (
    CLAIMS,
    HEADER,
    ISSUER,
    KEY,
    NOW,
    OTHER_KEY,
    RESOURCE,
    hs256,
    minted,
    segment,
    with_claims,
    with_header,
)

GRANT = Grant(
    grant_id="grant-1",
    client_id="client-1",
    subject="person-1",
    email="p@example.com",
    scopes=("mcp", "offline_access"),
    resources=(RESOURCE,),
    created_at=NOW,
    expires_at=NOW + 60,
    code=AuthorizationCode("hash", "https://h.example/cb", "challenge", "S256", NOW + 60),
)


def verified(
    encoded: str, *, now: int = NOW, issuer: str = ISSUER, story: Story | None = None
) -> AccessToken:
    def find_key(kid: str) -> EllipticCurvePublicKey | None:
        return KEY.public_key() if kid == "key-1" else None

    audiences = (RESOURCE, ISSUER)
    return verify_access_token(
        encoded,
        find_key=find_key,
        issuer=issuer,
        audiences=audiences,
        now=now,
        story=story or Story(),
    )


def assert_refused(encoded: str, **how: Any) -> None:
    with pytest.raises(InvalidToken) as refused:
        verified(encoded, **how)
    assert refused.value.status == 401
    assert refused.value.code == "invalid_token"


def told_of(encoded: str) -> tuple[str, str]:
    """The client and the grant that a refused token is known to be of."""
    story = Story()
    assert_refused(encoded, story=story)
    return story.client_id, story.grant_id


def issued(*resources: str) -> str:
    return issue_access_token(
        replace(GRANT, resources=resources),
        scopes=GRANT.scopes,
        resources=resources,
        key=SigningKey("key-1", KEY),
        issuer=ISSUER,
        now=NOW,
        lifetime=3600,
    )


def test_an_issued_token_says_what_was_granted() -> None:
    said = verified(issued(RESOURCE))

    assert said == AccessToken(
        subject="person-1",
        client_id="client-1",
        grant_id="grant-1",
        scopes=("mcp", "offline_access"),
        expires_at=NOW + 3600,
        issued_at=NOW,
        token_id=said.token_id,
        audiences=(RESOURCE,),
    )


def test_an_issued_token_carries_the_claims_that_rfc_9068_requires() -> None:
    unchecked = {"verify_signature": False}
    claims = jwt.decode(issued(RESOURCE), options=unchecked)  # type: ignore[arg-type]
    assert len(claims.pop("jti")) == 22
    expected = CLAIMS | {"scope": "mcp offline_access"}
    assert claims == {name: value for name, value in expected.items() if name != "jti"}
    assert jwt.get_unverified_header(issued(RESOURCE)) == HEADER


def test_a_token_for_two_resources_names_both_and_suits_each() -> None:
    encoded = issued(RESOURCE, ISSUER)
    unchecked = {"verify_signature": False}
    assert jwt.decode(encoded, options=unchecked)["aud"] == [RESOURCE, ISSUER]  # type: ignore[arg-type]
    assert verified(encoded).grant_id == "grant-1"


def test_the_token_that_the_others_are_variations_of_is_good() -> None:
    assert verified(minted()).subject == "person-1"


@pytest.mark.parametrize("typ", ["at+jwt", "application/at+jwt", "AT+JWT", "Application/AT+JWT"])
def test_both_spellings_of_the_type_are_understood(typ: str) -> None:
    assert verified(with_header(typ=typ)).subject == "person-1"


@pytest.mark.parametrize("typ", [None, "JWT", "jwt", "", "dpop+jwt", "text/at+jwt", 5, ["at+jwt"]])
def test_another_type_is_refused(typ: object) -> None:
    assert_refused(with_header(typ=typ))


@pytest.mark.parametrize("alg", [None, "none", "None", "NONE", "", "HS256", "es256", "ES384", 5])
def test_another_algorithm_is_refused_even_over_a_good_signature(alg: object) -> None:
    assert_refused(with_header(alg=alg))


@pytest.mark.parametrize("alg", ["none", "None", "nOnE", "ES256"])
def test_an_unsigned_token_is_refused(alg: str) -> None:
    assert_refused(f"{segment(HEADER | {'alg': alg})}.{segment(CLAIMS)}.")


def public_key_as_secret() -> list[bytes]:
    """The forms in which an attacker may take the published key for an HMAC secret."""
    public, spki = KEY.public_key(), PublicFormat.SubjectPublicKeyInfo
    pem, der = public.public_bytes(Encoding.PEM, spki), public.public_bytes(Encoding.DER, spki)
    return [pem, pem.strip(), der, str(public_jwk(public)).encode(), b""]


@pytest.mark.parametrize("form", range(5))
@pytest.mark.parametrize("alg", ["HS256", "ES256"])
def test_a_mac_over_the_public_key_is_no_signature(form: int, alg: str) -> None:
    signing_input = f"{segment(HEADER | {'alg': alg})}.{segment(CLAIMS)}"
    mac = hs256(signing_input.encode(), public_key_as_secret()[form])
    assert_refused(f"{signing_input}.{segment(mac)}")


def test_an_rsa_signature_is_refused() -> None:
    key = generate_private_key(65537, 2048)
    assert_refused(jwt.encode(CLAIMS, key, algorithm="RS256", headers=HEADER | {"alg": "RS256"}))


@pytest.mark.parametrize("kid", ["key-1", "key-2", None])
@pytest.mark.parametrize(
    "carried",
    [
        {"jwk": public_jwk(OTHER_KEY.public_key())},
        {"jku": "https://evil.com/jwks.json"},
        {"x5u": "https://evil.com/cert.pem"},
        {"x5c": ["MIIB"]},
        {},
    ],
    ids=lambda carried: next(iter(carried), "nothing"),
)
def test_a_key_that_the_token_brings_along_is_not_used(
    kid: str | None, carried: dict[str, object]
) -> None:
    header = {name: value for name, value in (HEADER | carried | {"kid": kid}).items() if value}
    assert_refused(minted(header, key=OTHER_KEY))


@pytest.mark.parametrize("kid", [None, "", "key-2", "../key-1", "KEY-1", 1, ["key-1"]])
def test_an_unknown_key_id_is_refused(kid: object) -> None:
    assert_refused(with_header(kid=kid))


@pytest.mark.parametrize("crit", [["exp"], ["b64"], [], "exp"])
def test_a_critical_extension_is_refused(crit: object) -> None:
    assert_refused(with_header(crit=crit, exp=NOW + 10))


def test_a_detached_payload_is_refused() -> None:
    assert_refused(with_header(b64=False))


@pytest.mark.parametrize(
    "iss", [None, f"{ISSUER}/", ISSUER.upper(), "https://evil.com", "", [ISSUER]]
)
def test_another_issuer_is_refused(iss: object) -> None:
    assert_refused(with_claims(iss=iss))


@pytest.mark.parametrize("aud", [RESOURCE, ISSUER, [RESOURCE], ["https://x.example", ISSUER]])
def test_the_endpoint_and_its_origin_are_the_audiences(aud: object) -> None:
    assert verified(with_claims(aud=aud)).subject == "person-1"


@pytest.mark.parametrize(
    "aud",
    [
        None,
        "",
        f"{RESOURCE}/",
        f"{ISSUER}/mcp",
        "https://evil.com",
        f"{RESOURCE} {ISSUER}",
        [],
        ["https://evil.com"],
        [[RESOURCE]],
        {RESOURCE: True},
        5,
        True,
    ],
    ids=repr,
)
def test_another_audience_is_refused(aud: object) -> None:
    assert_refused(with_claims(aud=aud))


def test_a_token_is_good_until_the_second_before_it_expires() -> None:
    assert verified(minted(), now=NOW + 3599).expires_at == NOW + 3600


@pytest.mark.parametrize(
    "claim", [{"iss": "https://evil.com"}, {"aud": "https://evil.com"}, {"exp": NOW}], ids=str
)
def test_whose_a_token_of_ours_is_becomes_known_though_it_is_refused(
    claim: dict[str, object],
) -> None:
    assert told_of(with_claims(**claim)) == ("client-1", "grant-1")


def test_whose_a_token_claims_to_be_is_not_believed_of_another_signature() -> None:
    assert told_of(minted(key=OTHER_KEY)) == ("", "")


@pytest.mark.parametrize("claim", [{"client_id": ["x"]}, {"grant_id": "a b"}], ids=str)
def test_claims_that_we_never_make_are_not_told(claim: dict[str, object]) -> None:
    assert told_of(with_claims(**claim)) == ("", "")


@pytest.mark.parametrize("late", [0, 1, 10_000])
def test_a_token_is_refused_from_the_second_it_expires(late: int) -> None:
    assert_refused(minted(), now=NOW + 3600 + late)


@pytest.mark.parametrize("exp", [None, "9999999999", True, [NOW + 9], NOW + 9.5, {}, -1, 0])
def test_an_expiry_that_is_no_number_of_ours_is_refused(exp: object) -> None:
    assert_refused(with_claims(exp=exp))


@pytest.mark.parametrize(
    "name", ["iss", "sub", "aud", "client_id", "scope", "exp", "jti", "grant_id"]
)
@pytest.mark.parametrize("value", [None, 5, ["x"]], ids=["absent", "number", "list"])
def test_a_claim_that_is_missing_or_of_another_type_is_refused(name: str, value: object) -> None:
    claims = {claim: known for claim, known in CLAIMS.items() if claim != name}
    assert_refused(minted(claims=claims if value is None else claims | {name: value}), now=NOW)


@pytest.mark.parametrize("iat", [None, "1800000000", True, 1.5])
def test_a_time_of_issue_that_is_no_number_of_ours_is_refused(iat: object) -> None:
    assert_refused(with_claims(iat=iat))


@pytest.mark.parametrize("grant_id", ["", "a b", "x" * 65, "grant#1"])
def test_a_grant_id_that_we_never_made_is_refused(grant_id: str) -> None:
    assert_refused(with_claims(grant_id=grant_id))


@pytest.mark.parametrize("claims", [b"[]", b'"x"', b"5", b"null", b"{", b"\xff", b"", b"[" * 9999])
def test_claims_that_are_no_object_are_refused(claims: bytes) -> None:
    assert_refused(minted(claims=claims))


@pytest.mark.parametrize("header", [b"[]", b'"x"', b"null", b"{", b"\xff", b"{}", b"[" * 9999])
def test_a_header_that_is_no_object_is_refused(header: bytes) -> None:
    assert_refused(minted(header=header))


def test_a_truncated_token_is_refused_wherever_it_was_cut() -> None:
    good = minted()
    for length in range(0, len(good), 7):
        assert_refused(good[:length])


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_changed_character_is_noticed_in_every_part(part: int) -> None:
    parts = minted().split(".")
    parts[part] = ("B" if parts[part][0] != "B" else "C") + parts[part][1:]
    assert_refused(".".join(parts))


@pytest.mark.parametrize("change", ["{}.x", "{}.", ".{}", "{}=", "Bearer {}", "{},{}"])
def test_anything_around_a_good_token_is_refused(change: str) -> None:
    good = minted()
    assert_refused(change.format(good, good))


def test_a_signature_over_other_claims_is_refused() -> None:
    header, _, signature = minted().split(".")
    assert_refused(f"{header}.{segment(CLAIMS | {'sub': 'person-2'})}.{signature}")


def test_a_signature_in_asn1_form_is_refused() -> None:
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.hashes import SHA256

    signing_input = minted().rpartition(".")[0]
    assert_refused(f"{signing_input}.{segment(KEY.sign(signing_input.encode(), ECDSA(SHA256())))}")


@given(st.text(max_size=60) | st.text("aA1_-=. ", max_size=40))
def test_garbage_is_refused(encoded: str) -> None:
    assert_refused(encoded)


@given(st.binary(max_size=40), st.binary(max_size=40), st.binary(max_size=70))
def test_garbage_in_three_parts_is_refused(header: bytes, claims: bytes, signature: bytes) -> None:
    assert_refused(f"{segment(header)}.{segment(claims)}.{segment(signature)}")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)


@given(st.sampled_from([*HEADER, "crit", "jwk", "b64"]), JSON)
def test_any_header_member_is_accepted_or_refused(member: str, value: object) -> None:
    try:
        verified(minted(header=HEADER | {member: value}))
    except InvalidToken:
        return
    assert member in ("jwk", "b64") or value == HEADER[member]


@given(st.sampled_from(["iss", "aud", "exp", "grant_id"]), JSON)
def test_any_claim_is_accepted_or_refused(claim: str, value: object) -> None:
    try:
        token = verified(minted(claims=CLAIMS | {claim: value}))
    except InvalidToken:
        return
    assert claim in ("exp", "grant_id")
    assert token.expires_at > NOW
