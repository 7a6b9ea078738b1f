"""Key sets of others (RFC 7517): what is accepted of them, and for how long they are kept."""

from collections.abc import Mapping
from typing import Any

import pytest

from gatehouse.documents import Document, DocumentUnavailable
from gatehouse.oauth.key_sets import (
    BadKeySet,
    has_private_key,
    require_public_keys,
    suitable_keys,
)
from gatehouse.oauth.remembered_documents import RememberedDocuments
from gatehouse.oauth.trusted_issuers import TrustedIssuers
from tests.signers import edwards, elliptic, rivest

NOW = 1_800_000_000
URL = "https://client.example/jwks.json"
HEADER = {"alg": "ES256", "kid": "key-1"}
KEY, NEXT = elliptic("key-1"), elliptic("key-2")


class Elsewhere:
    """A fetcher of what stands in a dictionary; keeps the promises of `FetchDocument`."""

    def __init__(self, documents: Mapping[str, object], *, fresh_for: int = 0) -> None:
        self.documents = dict(documents)
        self.fresh_for = fresh_for
        self.asked: list[str] = []

    def __call__(self, url: str) -> Document:
        self.asked.append(url)
        if url not in self.documents:
            raise DocumentUnavailable("status 404", is_gone=True)
        return Document(self.documents[url], self.fresh_for)


def elsewhere(jwks: object, *, fresh_for: int = 0) -> tuple[Elsewhere, RememberedDocuments]:
    fetch = Elsewhere({URL: jwks}, fresh_for=fresh_for)
    return fetch, RememberedDocuments(fetch)


@pytest.mark.parametrize(
    "signer", [elliptic(), edwards(), rivest()], ids=lambda signer: signer.algorithm
)
def test_public_keys_are_accepted(signer: Any) -> None:
    require_public_keys(signer.jwks)
    require_public_keys(
        {"keys": [{n: v for n, v in signer.jwk.items() if n not in ("kid", "use")}]}
    )


@pytest.mark.parametrize(
    "jwks",
    [
        None,
        [],
        "keys",
        {},
        {"keys": []},
        {"keys": {}},
        {"keys": [7]},
        {"keys": [{}]},
        {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]},
        {"keys": [KEY.jwk | {"d": "c2VjcmV0"}]},
        {"keys": [rivest().jwk | {"p": "c2VjcmV0"}]},
        {"keys": [KEY.jwk | {"kty": "RSA"}]},
        {"keys": [KEY.jwk | {"crv": "P-512"}]},
        {"keys": [KEY.jwk | {"crv": "secp256k1"}]},
        {"keys": [KEY.jwk | {"alg": "HS256"}]},
        {"keys": [KEY.jwk | {"alg": "ES384"}]},
        {"keys": [KEY.jwk | {"use": "enc"}]},
        {"keys": [KEY.jwk | {"key_ops": ["sign"]}]},
        {"keys": [KEY.jwk | {"key_ops": "verify"}]},
        {"keys": [KEY.jwk | {"x": 7}]},
        {"keys": [KEY.jwk | {"y": ""}]},
        {"keys": [rivest().jwk | {"n": "A" * 2000}]},
        {"keys": [rivest().jwk | {"e": "A" * 20}]},
        {"keys": [KEY.jwk, {"kty": "EC"}]},
        {"keys": [KEY.jwk] * 33},
    ],
    ids=range(25),
)
def test_what_cannot_be_verified_with_is_no_key_of_a_client(jwks: object) -> None:
    with pytest.raises(BadKeySet):
        require_public_keys(jwks)


@pytest.mark.parametrize("member", ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
def test_a_private_member_shows(member: str) -> None:
    assert has_private_key({"keys": [KEY.jwk, {"kty": "?", member: "x"}]})
    assert not has_private_key({"keys": [KEY.jwk, 7]})
    assert suitable_keys({"keys": [KEY.jwk | {member: "x"}]}, HEADER) == ()


def test_others_keys_in_a_set_do_not_matter() -> None:
    strange: list[object] = [{}, {"kty": "oct", "k": "x"}, {"kty": "AKP"}, {"kid": ["key-1"]}]

    assert suitable_keys({"keys": [*strange, KEY.jwk]}, HEADER) == (KEY.jwk,)


@pytest.mark.parametrize("kid", [7, None, ["key-1"], {}, True])
def test_a_kid_that_is_no_text_names_no_key(kid: object) -> None:
    nameless = {name: value for name, value in KEY.jwk.items() if name != "kid"}

    assert suitable_keys({"keys": [KEY.jwk, nameless]}, {**HEADER, "kid": kid}) == ()


@pytest.mark.parametrize(("said", "kept"), [(0, 60), (600, 600), (10**9, 3600)])
def test_a_set_is_kept_for_as_long_as_its_server_says_within_bounds(said: int, kept: int) -> None:
    fetch, published = elsewhere(KEY.jwks, fresh_for=said)

    for now in (NOW, NOW + kept - 1):
        assert published.keys(URL, HEADER, now=now) == (KEY.jwk,)
    assert len(fetch.asked) == 1
    published.keys(URL, HEADER, now=NOW + kept)
    assert len(fetch.asked) == 2


def test_a_key_that_is_new_is_found_before_the_set_is_old() -> None:
    fetch, published = elsewhere(KEY.jwks, fresh_for=3600)
    published.keys(URL, HEADER, now=NOW)
    fetch.documents[URL] = {"keys": [KEY.jwk, NEXT.jwk]}

    found = published.keys(URL, {**HEADER, "kid": "key-2"}, now=NOW + 30)

    assert found == (NEXT.jwk,)


def test_invented_kids_cost_one_fetch_in_half_a_minute() -> None:
    fetch, published = elsewhere(KEY.jwks, fresh_for=3600)

    for number in range(1000):
        invented = {**HEADER, "kid": f"invented-{number}"}
        assert published.keys(URL, invented, now=NOW + number // 10) == ()

    assert len(fetch.asked) == 4


def test_a_set_that_could_not_be_had_is_not_asked_for_all_the_time() -> None:
    fetch, published = elsewhere(KEY.jwks)
    del fetch.documents[URL]

    for second in range(60):
        with pytest.raises(DocumentUnavailable):
            published.keys(URL, HEADER, now=NOW + second)

    assert len(fetch.asked) == 2


def test_a_set_that_is_not_old_outlives_a_server_that_is_away() -> None:
    fetch, published = elsewhere(KEY.jwks, fresh_for=600)
    published.keys(URL, HEADER, now=NOW)
    del fetch.documents[URL]

    assert published.keys(URL, {**HEADER, "kid": "new"}, now=NOW + 100) == ()
    assert published.keys(URL, HEADER, now=NOW + 599) == (KEY.jwk,)
    with pytest.raises(DocumentUnavailable):
        published.keys(URL, HEADER, now=NOW + 600)


def test_the_memory_for_sets_is_bounded() -> None:
    urls = [f"{URL}?{number}" for number in range(100)]
    fetch = Elsewhere(dict.fromkeys(urls, KEY.jwks), fresh_for=3600)
    published = RememberedDocuments(fetch)
    for url in urls:
        published.get(url, now=NOW)

    assert len(published._kept) == 64
    published.get(urls[-1], now=NOW)
    assert len(fetch.asked) == 100


# ---- Issuers -------------------------------------------------------------------------------

ISSUER = "https://idp.example/tenants/acme"
RFC_8414 = "https://idp.example/.well-known/oauth-authorization-server/tenants/acme"
OPENID = "https://idp.example/tenants/acme/.well-known/openid-configuration"
METADATA = {"issuer": ISSUER, "jwks_uri": URL}


def keys_of(issuer: str, documents: Mapping[str, object]) -> object:
    trusted = TrustedIssuers([ISSUER], Elsewhere({URL: KEY.jwks, **documents}))
    return trusted.keys(issuer, HEADER, now=NOW)


@pytest.mark.parametrize("url", [RFC_8414, OPENID])
def test_an_issuers_keys_are_found_by_either_metadata(url: str) -> None:
    assert keys_of(ISSUER, {url: METADATA}) == (KEY.jwk,)


def test_an_issuer_without_a_path_has_its_metadata_at_the_root() -> None:
    for place in ("oauth-authorization-server", "openid-configuration"):
        for issuer in ("https://idp.example", "https://idp.example/"):
            url = f"https://idp.example/.well-known/{place}"
            assert keys_of(issuer, {url: {**METADATA, "issuer": issuer}}) == (KEY.jwk,)


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        [],
        None,
        {"issuer": ISSUER},
        {"issuer": f"{ISSUER}/", "jwks_uri": URL},
        {"issuer": ISSUER.upper(), "jwks_uri": URL},
        {"issuer": "https://evil.example", "jwks_uri": URL},
        {"issuer": [ISSUER], "jwks_uri": URL},
        {"issuer": ISSUER, "jwks_uri": "http://client.example/jwks.json"},
        {"issuer": ISSUER, "jwks_uri": [URL]},
    ],
    ids=str,
)
def test_metadata_that_is_not_the_issuers_own_leads_to_no_key(metadata: object) -> None:
    with pytest.raises(DocumentUnavailable):
        keys_of(ISSUER, {RFC_8414: metadata, OPENID: metadata})


def test_an_issuer_is_trusted_letter_for_letter() -> None:
    trusted = TrustedIssuers([ISSUER])

    assert ISSUER in trusted
    for other in (f"{ISSUER}/", ISSUER.upper(), "https://idp.example", ISSUER + "x", ""):
        assert other not in trusted
    assert ISSUER not in TrustedIssuers()
