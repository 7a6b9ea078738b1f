"""The check of client metadata (RFC 7591)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatehouse.errors import InvalidClientMetadata, InvalidRedirectUri
from gatehouse.oauth import capabilities
from gatehouse.oauth.client_metadata import check_client_metadata
from tests.signers import elliptic
from tests.unit import registrations

CALLBACK = "https://app.example.com/cb"

EVERY_MEMBER: dict[str, Any] = {
    "redirect_uris": [CALLBACK, "http://localhost/cb"],
    "token_endpoint_auth_method": "client_secret_basic",
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "application_type": "native",
    "client_name": "An app",
    "client_name#de": "Eine App",
    "client_name#ja-Jpan-JP": "クライアント名",
    "client_uri": "https://app.example.com/",
    "logo_uri": "https://app.example.com/logo.png",
    "logo_uri#de": "https://app.example.com/de/logo.png",
    "scope": "mcp offline_access",
    "contacts": ["ops@example.com"],
    "tos_uri": "https://app.example.com/terms",
    "policy_uri": "https://app.example.com/privacy",
    "jwks": {"keys": [{"kty": "EC", "use": "sig"}]},
    "software_id": "4NRB1-0XZABZI9E6-5SM3R",
    "software_version": "2.2",
}


def checked(**members: object) -> dict[str, Any]:
    return check_client_metadata({"redirect_uris": [CALLBACK], **members})


def test_every_member_that_the_rfc_names_is_kept() -> None:
    assert check_client_metadata(EVERY_MEMBER) == EVERY_MEMBER
    assert checked(jwks_uri="https://h.example/jwks")["jwks_uri"] == "https://h.example/jwks"


def test_unset_members_are_left_out_and_defaults_are_told() -> None:
    assert checked() == {
        "redirect_uris": [CALLBACK],
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
    }


@pytest.mark.parametrize("member", [*EVERY_MEMBER, "jwks_uri"])
@pytest.mark.parametrize("empty", [None, "", []], ids=["null", "text", "list"])
def test_empty_means_absent(member: str, empty: object) -> None:
    if member == "redirect_uris":
        with pytest.raises(InvalidRedirectUri):
            checked(redirect_uris=empty)
    else:
        assert checked(**{member: empty}) == checked()


def test_unknown_members_are_ignored() -> None:
    unknown = {"client_id": "mine", "client_secret": "s", "software_statement": "x", "dpop": True}
    assert checked(**unknown) == checked()
    assert checked(**{"client_name#": "x", "scope#de": "x", "redirect_uris#de": "x"}) == checked()


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        (registrations.VS_CODE["grant_types"], ["authorization_code", "refresh_token"]),
        (["refresh_token", "authorization_code"], ["authorization_code", "refresh_token"]),
        (["authorization_code"], ["authorization_code"]),
        (["authorization_code", "authorization_code"], ["authorization_code"]),
        (
            ["urn:ietf:params:oauth:grant-type:jwt-bearer", "authorization_code"],
            ["authorization_code"],
        ),
    ],
)
def test_grant_types_are_narrowed_to_ours(asked: list[str], kept: list[str]) -> None:
    assert checked(grant_types=asked)["grant_types"] == kept


def test_response_types_are_narrowed_to_ours() -> None:
    assert checked(response_types=["code", "code id_token"])["response_types"] == ["code"]


@pytest.mark.parametrize(
    "members",
    [
        {"grant_types": ["refresh_token"]},
        {"grant_types": ["client_credentials"]},
        {"response_types": ["token"]},
        {"token_endpoint_auth_method": "private_key_jwt"},
        {"token_endpoint_auth_method": "NONE"},
        {"jwks": {"keys": []}, "jwks_uri": "https://h.example/jwks"},
        {"client_name": 5},
        {"client_name": ["x"]},
        {"client_name": "x" * 201},
        {"client_name#de": 5},
        {"client_uri": "javascript:alert(1)"},
        {"client_uri": "https://h.example/\n"},
        {"client_uri#de": "javascript:alert(1)"},
        {"logo_uri": "data:image/png;base64,AA"},
        {"logo_uri": 'https://h.example/"x'},
        {"policy_uri": "/privacy"},
        {"tos_uri": True},
        {"contacts": "ops@example.com"},
        {"contacts": [1]},
        {"contacts": [None]},
        {"grant_types": "authorization_code"},
        {"grant_types": {"authorization_code": True}},
        {"scope": ["mcp"]},
        {"jwks": "x"},
        {"jwks": [{}]},
        {"software_id": 1},
        {"application_type": 0},
        {f"client_name#l{n}": "x" for n in range(65)},
    ],
    ids=lambda members: next(iter(members)),
)
def test_a_member_that_makes_no_sense_is_refused(members: dict[str, object]) -> None:
    with pytest.raises(InvalidClientMetadata) as refused:
        checked(**members)
    assert refused.value.code == "invalid_client_metadata"
    assert refused.value.description.isprintable()


@pytest.mark.parametrize(
    "uris",
    [None, [], "", CALLBACK, [5], [None], [""], ["javascript:alert(1)"], [CALLBACK] * 33, {}],
    ids=repr,
)
def test_redirect_uris_have_an_error_of_their_own(uris: object) -> None:
    with pytest.raises(InvalidRedirectUri):
        checked(redirect_uris=uris)


def test_one_bad_redirect_uri_spoils_the_registration() -> None:
    with pytest.raises(InvalidRedirectUri):
        checked(redirect_uris=[CALLBACK, "http://evil.com/cb"])


@pytest.mark.parametrize("document", [None, [], "x", 5, True, [{"redirect_uris": [CALLBACK]}]])
def test_what_is_no_object_is_refused(document: object) -> None:
    with pytest.raises(InvalidClientMetadata):
        check_client_metadata(document)


@pytest.mark.parametrize(
    "character",
    ["\n", "\r", "\t", "\0", "\x7f", "\x9b", "\u202e", "\u2066", "\u200f", "\ufeff", "\ud800"],
    ids=ascii,
)
@pytest.mark.parametrize("member", ["client_name", "client_name#de", "software_version", "scope"])
def test_control_and_direction_characters_are_refused(member: str, character: str) -> None:
    with pytest.raises(InvalidClientMetadata):
        checked(**{member: f"Claude{character}ia"})


@pytest.mark.parametrize("character", ["\u2028", "\u2029"], ids=ascii)
def test_unicode_line_breaks_are_refused_in_names(character: str) -> None:
    with pytest.raises(InvalidClientMetadata):
        checked(client_name=f"Claude{character}is harmless")


def test_control_characters_are_refused_in_lists() -> None:
    with pytest.raises(InvalidClientMetadata):
        checked(contacts=["a\u202eb"])


@pytest.mark.parametrize("tag", ["\u202e", "", "de--AT", "a b"])
def test_what_is_no_language_tag_makes_an_unknown_member(tag: str) -> None:
    assert set(checked(**{f"client_name#{tag}": "x"})) == set(checked())


@pytest.mark.parametrize(
    "name",
    ["\N{WOMAN}\u200d\N{PERSONAL COMPUTER}", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0645"],
)
def test_joiners_are_letters_like_others(name: str) -> None:
    assert checked(client_name=name)["client_name"] == name


@pytest.mark.parametrize(
    "name", ["Ünïcode", "日本語", "עברית", "<b>x</b>", 'a "quoted" name', "🚪"]
)
def test_names_of_every_language_are_kept_as_they_are(name: str) -> None:
    assert checked(client_name=name)["client_name"] == name


def test_the_scope_is_written_with_single_spaces() -> None:
    assert checked(scope="  mcp  mcp offline_access ")["scope"] == "mcp offline_access"


@pytest.mark.parametrize("client", registrations.EVERYBODY)
def test_a_real_client_registers(client: str) -> None:
    posted = registrations.EVERYBODY[client]
    kept = check_client_metadata(json.loads(json.dumps(posted)))
    assert kept["redirect_uris"] == posted["redirect_uris"]
    assert kept["grant_types"] == ["authorization_code", "refresh_token"]
    assert kept["response_types"] == ["code"]
    method = posted.get("token_endpoint_auth_method", "none")
    assert kept["token_endpoint_auth_method"] == method
    other = {name: value for name, value in posted.items() if value and name not in kept}
    assert other == {}
    assert all(value not in (None, "", []) for value in kept.values())


# ---- Keys, and grants for clients without a person ----------------------------------------------

KEY = elliptic()
ASSERTIONS = {"grant_types": (*capabilities.DEFAULT_GRANT_TYPES, capabilities.JWT_BEARER)}


def test_a_client_may_prove_itself_by_its_keys() -> None:
    by_key = {"token_endpoint_auth_method": "private_key_jwt"}

    assert checked(**by_key, jwks=KEY.jwks)["jwks"] == KEY.jwks
    uri = "https://app.example.com/jwks.json"
    assert checked(**by_key, jwks_uri=uri)["jwks_uri"] == uri


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"jwks": {}},
        {"jwks": {"keys": []}},
        {"jwks": {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}},
        {"jwks": {"keys": [KEY.jwk | {"d": "c2VjcmV0"}]}},
        {"jwks": {"keys": [KEY.jwk] * 33}},
        {"jwks": {"keys": [KEY.jwk | {"alg": "HS256"}]}},
        {"jwks": KEY.jwks, "jwks_uri": "https://app.example.com/jwks.json"},
        {"jwks_uri": "http://app.example.com/jwks.json"},
        {"jwks_uri": "https://app.example.com/ jwks.json"},
    ],
    ids=[
        *("none", "no set", "no key", "symmetric", "private", "too many", "wrong algorithm"),
        *("set and URI", "no https", "no URI"),
    ],
)
def test_keys_that_prove_nothing_are_refused(members: dict[str, object]) -> None:
    with pytest.raises(InvalidClientMetadata):
        checked(token_endpoint_auth_method="private_key_jwt", **members)


def test_a_private_key_is_refused_whatever_it_is_for() -> None:
    with pytest.raises(InvalidClientMetadata, match="private"):
        checked(jwks={"keys": [KEY.jwk | {"d": "c2VjcmV0"}]})


@pytest.mark.parametrize("method", capabilities.TOKEN_ENDPOINT_AUTH_METHODS)
def test_nobody_registers_for_client_credentials(method: str) -> None:
    keys = {"jwks": KEY.jwks} if method == "private_key_jwt" else {}
    both = ["client_credentials", "authorization_code"]

    kept = checked(grant_types=both, token_endpoint_auth_method=method, **keys)
    assert kept["grant_types"] == ["authorization_code"]
    with pytest.raises(InvalidClientMetadata, match="only the operator adds"):
        checked(grant_types=["client_credentials"], token_endpoint_auth_method=method, **keys)


def test_assertions_are_for_clients_that_prove_themselves() -> None:
    asked = [capabilities.JWT_BEARER, "authorization_code"]
    secret = {"token_endpoint_auth_method": "client_secret_post"}
    document = {"redirect_uris": [CALLBACK], "grant_types": asked}

    kept = check_client_metadata({**document, **secret}, **ASSERTIONS)
    assert kept["grant_types"] == ["authorization_code", capabilities.JWT_BEARER]
    kept = check_client_metadata(document, **ASSERTIONS)
    assert kept["grant_types"] == ["authorization_code"]
    with pytest.raises(InvalidClientMetadata, match=r"must include authorization_code$"):
        check_client_metadata({**document, "grant_types": asked[:1]}, **ASSERTIONS)


def test_a_client_for_assertions_alone_needs_no_redirect_uri() -> None:
    document = {
        "grant_types": [capabilities.JWT_BEARER, "refresh_token"],
        "token_endpoint_auth_method": "client_secret_basic",
        "redirect_uris": ["javascript:alert(1)"],
    }

    assert check_client_metadata(document, **ASSERTIONS) == {
        "grant_types": [capabilities.JWT_BEARER],
        "token_endpoint_auth_method": "client_secret_basic",
        "response_types": [],
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*EVERY_MEMBER, "jwks_uri", "x"]), JSON, max_size=6))
def test_any_json_is_registered_or_refused(members: dict[str, object]) -> None:
    try:
        metadata = checked(**members)
    except (InvalidClientMetadata, InvalidRedirectUri):
        return
    assert check_client_metadata(metadata) == metadata
