"""Client ID metadata documents: which URLs name one, and what is made of one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatehouse.documents import host_of
from gatehouse.errors import InvalidClientDocument
from gatehouse.oauth import capabilities
from gatehouse.oauth.clients.client import Client
from gatehouse.oauth.clients.document_rules import check_client_document, is_document_url
from tests.signers import elliptic

URL = "https://app.example.com/client.json"
CALLBACK = "https://app.example.com/callback"
METHODS = "token_endpoint_auth_methods_supported"


def checked(**members: Any) -> dict[str, Any]:
    """What is made of a document; a member of None is left out of it."""
    described = {
        "client_id": URL,
        "client_name": "An app",
        "redirect_uris": [CALLBACK],
        **members,
    }
    return check_client_document({n: v for n, v in described.items() if v is not None}, URL)


# ---- The URL ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "https://app.example.com/",
        "https://app.example.com:8443/client.json",
        "https://APP.example.com/a//b/.well-known/~c..d/%41;v=1",
        f"https://app.example.com/{'x' * 488}",
    ],
)
def test_a_document_may_be_there(url: str) -> None:
    assert is_document_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "client",
        "http://app.example.com/client.json",
        "HTTPS://app.example.com/client.json",
        "https://app.example.com",
        "https:///client.json",
        "https://localhost/client.json",
        "https://user@app.example.com/client.json",
        "https://user:password@app.example.com/client.json",
        "https://app.example.com/client.json?version=1",
        "https://app.example.com/client.json?",
        "https://app.example.com/client.json#fragment",
        "https://app.example.com/client.json#",
        "https://app.example.com/./client.json",
        "https://app.example.com/a/../client.json",
        "https://app.example.com/a/..",
        "https://app.example.com/%2e/client.json",
        "https://app.example.com/%2E%2e/client.json",
        "https://app.example.com/.%2e",
        "https://127.0.0.1/client.json",
        "https://93.184.215.14:8443/client.json",
        "https://[2606:4700::1111]/client.json",
        "https://app.example.com\\@evil.example/client.json",
        "https://app.example.com/a b",
        "https://app.example.com/\n",
        "https://äpp.example.com/client.json",
        "https://app.example.com./client.json",
        "https://app.example.com:/client.json",
        "https://app.example.com/%zz",
        "https://app.example.com:443/client.json",
        "https://app.example.com:80/client.json",
        "https://app.example.com:0443/client.json",
        "https://app.example.com:08443/client.json",
        "https://app.example.com:٤٤٣/client.json",
        "https://app.example.com:٨٤٤٣/client.json",
        "https://0x5d.0xb8.0xd7.0x0e/client.json",
        "https://93.184.55054/client.json",
        "https://app.example.1/client.json",
        f"https://{'x' * 64}.example.com/client.json",
        f"https://{'x.' * 130}com/client.json",
        f"https://app.example.com/{'x' * 489}",
    ],
)
def test_no_document_may_be_there(url: str) -> None:
    assert not is_document_url(url)


@pytest.mark.parametrize(
    "url",
    [URL, "https://APP.example.com/", "https://app.example.com:8443/x", f"{URL}?x=https://b.com/"],
)
def test_a_host_has_one_name_by_whichever_port(url: str) -> None:
    assert host_of(url) == "app.example.com"


@pytest.mark.parametrize(
    "url",
    [
        "https://app.example.com",
        "https://app.example.com?x",
        "https://user@app.example.com/",
        "https://app.example.com./",
        "https://app.example.com:٨٤٤٣/",
        "https://1572395790/",
        "https://93.184.215.14/",
        "https://0x5d.0xb8.0xd7.0xe/",
        "https://[2606:4700::1111]/",
    ],
)
def test_what_could_be_spelled_otherwise_is_no_name(url: str) -> None:
    assert host_of(url) is None


# ---- What a document must and must not say ---------------------------------------------------


@pytest.mark.parametrize("document", [None, [], "text", 1, {}])
def test_what_is_no_description_is_refused(document: object) -> None:
    with pytest.raises(InvalidClientDocument):
        check_client_document(document, URL)


@pytest.mark.parametrize(
    "client_id",
    [None, 1, [URL], f"{URL}/", URL.upper(), URL.replace("app.", "app.:443"), f"{URL} ", "other"],
)
def test_a_document_names_its_own_url_to_the_letter(client_id: object) -> None:
    with pytest.raises(InvalidClientDocument, match="client_id"):
        checked(client_id=client_id)


@pytest.mark.parametrize(
    "name", [None, "", "  ", 1, ["An app"], "x" * 201, "line\nbreak", "\u202e"]
)
def test_a_document_has_a_name_to_show(name: object) -> None:
    with pytest.raises(InvalidClientDocument, match="client_name"):
        checked(client_name=name)


@pytest.mark.parametrize("uris", [None, [], {}, CALLBACK, [1], ["http://192.168.0.1/cb"], ["x"]])
def test_a_document_has_somewhere_to_go_back_to(uris: object) -> None:
    with pytest.raises(InvalidClientDocument, match="redirect_uris"):
        checked(redirect_uris=uris)


@pytest.mark.parametrize(
    "members",
    [
        {"client_secret": "secret"},
        {"client_secret_expires_at": 0},
        {"token_endpoint_auth_method": "client_secret_post"},
        {"token_endpoint_auth_method": "client_secret_basic"},
        {"token_endpoint_auth_method": "client_secret_jwt"},
        {"jwks": {"keys": [{"kty": "EC", "crv": "P-256", "x": "x", "y": "y", "d": "d"}]}},
        {"jwks": {"keys": [{"kty": "oct", "k": "k"}]}},
    ],
    ids=str,
)
def test_a_document_holds_no_secret(members: dict[str, Any]) -> None:
    with pytest.raises(InvalidClientDocument):
        checked(**members)


SIGNER = elliptic()


@pytest.mark.parametrize(
    "strange",
    [
        {"kty": "EC", "crv": "secp256k1", "x": "x", "y": "y"},
        {"kty": "AKP", "alg": "ML-DSA-44", "pub": "x"},
        {"kty": "RSA", "n": "n" * 4000, "e": "AQAB"},
        {"kty": "RSA", "n": "n", "e": "AQAB", "use": "enc"},
        "no key",
    ],
    ids=str,
)
def test_keys_of_other_uses_are_left_out(strange: object) -> None:
    """A document is written for every server there is."""
    jwks = {"keys": [strange, SIGNER.jwk]}

    metadata = checked(token_endpoint_auth_method="private_key_jwt", jwks=jwks)
    assert metadata["jwks"] == SIGNER.jwks
    offers_none = checked(
        token_endpoint_auth_method="private_key_jwt",
        jwks={"keys": [strange]},
        **{METHODS: ["none"]},
    )
    assert (offers_none[METHODS], "jwks" in offers_none) == (["none"], False)
    with pytest.raises(InvalidClientDocument):
        checked(token_endpoint_auth_method="private_key_jwt", jwks={"keys": [strange]})


def test_members_that_nobody_needs_refuse_nobody() -> None:
    metadata = checked(
        scope=["a", "list"],
        application_type=["web"],
        jwks={"keys": []},
        jwks_uri="http://app.example.com/jwks.json",
        redirect_uris=[f"{CALLBACK}/{number}" for number in range(40)],
    )

    assert not {"scope", "application_type", "jwks", "jwks_uri"} & set(metadata)
    assert len(metadata["redirect_uris"]) == 32


@pytest.mark.parametrize(
    "members",
    [
        {"token_endpoint_auth_method": "tls_client_auth"},
        {"token_endpoint_auth_method": 1},
        {"grant_types": ["implicit"]},
        {"grant_types": "authorization_code"},
        {"grant_types": ["refresh_token"]},
        {"response_types": ["token"]},
        {"jwks_uri": "javascript:alert(1)", "token_endpoint_auth_method": "private_key_jwt"},
        {"grant_types": ["client_credentials"]},
    ],
    ids=str,
)
def test_a_client_of_which_nothing_is_left_is_refused(members: dict[str, Any]) -> None:
    with pytest.raises(InvalidClientDocument):
        checked(**members)


# ---- What is made of it ----------------------------------------------------------------------


def test_what_is_left_out_means_what_it_means_at_registration() -> None:
    assert checked() == {
        "client_name": "An app",
        "redirect_uris": [CALLBACK],
        "grant_types": list(capabilities.DEFAULT_GRANT_TYPES),
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
        METHODS: ["none"],
    }


def test_a_document_that_asks_for_more_is_narrowed() -> None:
    metadata = checked(
        redirect_uris=["http://192.168.0.1/cb", CALLBACK, "javascript:alert(1)", 7],
        grant_types=["authorization_code", "urn:example:unknown", *map(str, range(100))],
        response_types=["code", "code id_token"],
        scope="mcp everything",
        logo_uri="data:image/png;base64,AAAA",
        contacts="not a list",
        unknown={"deep": [1]},
    )

    assert metadata["redirect_uris"] == [CALLBACK]
    assert metadata["grant_types"] == ["authorization_code"]
    assert metadata["response_types"] == ["code"]
    assert not {"logo_uri", "contacts", "unknown"} & set(metadata)


@pytest.mark.parametrize("blank", [None, "", []])
@pytest.mark.parametrize("member", ["grant_types", "response_types", "scope", "jwks_uri"])
def test_a_blank_member_means_nothing(member: str, blank: object) -> None:
    document = {"client_id": URL, "client_name": "An app", "redirect_uris": [CALLBACK]}

    assert check_client_document(document | {member: blank}, URL) == checked()


@pytest.mark.parametrize(
    ("preferred", "offered", "supported", "methods"),
    [
        (None, None, (), ("none",)),
        ("none", ["none", "private_key_jwt"], (), ("none",)),
        ("none", ["client_secret_basic"], (), ("none",)),
        ("private_key_jwt", None, (), ("none",)),
        ("private_key_jwt", ["private_key_jwt"], (), ("none",)),
        ("private_key_jwt", ["none", "private_key_jwt"], (), ("none",)),
        ("private_key_jwt", None, ("private_key_jwt",), ("private_key_jwt",)),
        (
            "private_key_jwt",
            ["none", "private_key_jwt"],
            ("private_key_jwt",),
            ("private_key_jwt", "none"),
        ),
        ("tls_client_auth", ["none"], (), ("none",)),
        ("none", "none", (), ("none",)),
        ("none", [["none"], None, 1], (), ("none",)),
    ],
)
def test_a_client_may_use_what_both_sides_offer(
    monkeypatch: pytest.MonkeyPatch,
    preferred: str | None,
    offered: object,
    supported: tuple[str, ...],
    methods: tuple[str, ...],
) -> None:
    known = ("none", *capabilities.SECRET_METHODS, *supported)
    monkeypatch.setattr(capabilities, "TOKEN_ENDPOINT_AUTH_METHODS", known)
    metadata = checked(
        token_endpoint_auth_method=preferred,
        jwks_uri="https://app.example.com/jwks.json",
        **{METHODS: offered},
    )

    client = Client(URL, metadata, 0, 0, 0)
    assert client.token_endpoint_auth_methods == methods
    assert client.token_endpoint_auth_method == methods[0]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=10) | st.just("keys"), inner, max_size=4)
    ),
    max_leaves=8,
)
_MEMBERS = st.sampled_from(
    [
        *("client_name", "redirect_uris", "grant_types", "response_types", "scope"),
        *("token_endpoint_auth_method", METHODS, "jwks", "jwks_uri", "application_type"),
        *("client_secret", "logo_uri", "client_name#fr"),
    ]
)


@given(st.dictionaries(_MEMBERS, _JSON))
def test_whatever_a_document_says_it_is_taken_or_refused(members: dict[str, Any]) -> None:
    document = {"client_id": URL, "client_name": "An app", "redirect_uris": [CALLBACK], **members}
    try:
        metadata = check_client_document(document, URL)
    except InvalidClientDocument:
        return

    client = Client(URL, metadata, 0, 0, 0)
    assert client.redirect_uris
    assert client.name
    assert "authorization_code" in client.grant_types
    assert set(client.token_endpoint_auth_methods) <= {"none", "private_key_jwt"}
