"""Access tokens minted from outside with the stack's own key: RFC 9068 section 4, RFC 8725."""

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm

from tests.clients.plain_client import PlainClient, call
from tests.clients.sign_in import new_http
from tests.running_stack import RunningStack, running_stack
from tests.unit.tokens import hs256, minted, segment

KEY, OTHER_KEY = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())
KID = "a key from outside"
CALLBACK = "http://127.0.0.1/callback"
FOREIGN = "https://other.example.com"
LONG_AGO = 1_000_000_000


def public_jwk(key: Any) -> dict[str, str]:
    jwk: dict[str, str] = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return jwk


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    file = tmp_path_factory.mktemp("key") / "key.json"
    file.write_text(json.dumps(ECAlgorithm.to_jwk(KEY, as_dict=True) | {"kid": KID}))
    with running_stack(environment={"LOCAL_SIGNING_KEY": str(file)}) as stack:
        yield stack


@pytest.fixture(scope="module")
def genuine(stack: RunningStack) -> str:
    """The access token of a sign-in."""
    with new_http(stack.url) as http:
        client = PlainClient(http, {"redirect_uris": [CALLBACK]})
        return str(client.connect("http://127.0.0.1:50001/callback")["access_token"])


@pytest.fixture
def header(genuine: str) -> dict[str, Any]:
    return jwt.get_unverified_header(genuine)


@pytest.fixture
def claims(genuine: str) -> dict[str, Any]:
    said: dict[str, Any] = jwt.decode(genuine, KEY.public_key(), ["ES256"], {"verify_aud": False})
    return said


def assert_refused(http: httpx2.Client, access_token: str) -> None:
    answer = call(http, access_token)
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    assert "resource_metadata=" in answer.headers["www-authenticate"]


def test_the_stack_publishes_the_key_that_it_was_given(http: httpx2.Client) -> None:
    (published,) = http.get("/.well-known/jwks.json").json()["keys"]

    assert published["kid"] == KID
    assert public_jwk(KEY).items() <= published.items()
    assert "d" not in published


def test_a_token_of_a_sign_in_is_good_and_so_is_its_copy(
    http: httpx2.Client, genuine: str, header: dict[str, Any], claims: dict[str, Any]
) -> None:
    assert header == {"alg": "ES256", "typ": "at+jwt", "kid": KID}
    assert call(http, genuine).status_code == 200
    assert call(http, minted(header, claims, key=KEY)).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"typ": "JWT"},
        {"typ": "id_token+jwt"},
        {"kid": "another"},
        {"crit": ["exp"]},
        {"alg": "none"},
        {"alg": "HS256"},
    ],
    ids=str,
)
def test_a_wrong_header_is_refused_although_the_signature_is_right(
    http: httpx2.Client, header: dict[str, Any], claims: dict[str, Any], changes: dict[str, Any]
) -> None:
    assert_refused(http, minted(header | changes, claims, key=KEY))


@pytest.mark.parametrize("missing", ["typ", "kid"])
def test_a_header_that_lacks_something_is_refused(
    http: httpx2.Client, header: dict[str, Any], claims: dict[str, Any], missing: str
) -> None:
    del header[missing]

    assert_refused(http, minted(header, claims, key=KEY))


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": f"{FOREIGN}/mcp/mcp"},
        {"aud": [FOREIGN]},
        {"aud": []},
        {"iss": FOREIGN},
        {"exp": LONG_AGO},
        {"grant_id": "another"},
        {"client_id": "another"},
    ],
    ids=str,
)
def test_wrong_claims_are_refused_although_the_signature_is_right(
    http: httpx2.Client, header: dict[str, Any], claims: dict[str, Any], changes: dict[str, Any]
) -> None:
    assert_refused(http, minted(header, claims | changes, key=KEY))


@pytest.mark.parametrize("missing", ["aud", "iss", "exp", "sub", "client_id", "grant_id"])
def test_claims_that_lack_something_are_refused(
    http: httpx2.Client, header: dict[str, Any], claims: dict[str, Any], missing: str
) -> None:
    del claims[missing]

    assert_refused(http, minted(header, claims, key=KEY))


@pytest.mark.parametrize("path", ["/", "/mcp", "/mcp/mcp/"])
def test_an_audience_that_only_resembles_ours_is_refused(
    http: httpx2.Client,
    stack: RunningStack,
    header: dict[str, Any],
    claims: dict[str, Any],
    path: str,
) -> None:
    assert_refused(http, minted(header, claims | {"aud": stack.url + path}, key=KEY))


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "ES256"])
def test_an_unsigned_token_is_refused(
    http: httpx2.Client, header: dict[str, Any], claims: dict[str, Any], alg: str
) -> None:
    assert_refused(http, f"{segment(header | {'alg': alg})}.{segment(claims)}.")


@pytest.mark.parametrize(
    "secret",
    [
        KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        json.dumps(public_jwk(KEY)).encode(),
        b"",
    ],
    ids=["PEM", "DER", "JWK", "nothing"],
)
def test_a_mac_over_the_public_key_is_refused(
    http: httpx2.Client, header: dict[str, Any], claims: dict[str, Any], secret: bytes
) -> None:
    signed = f"{segment(header | {'alg': 'HS256'})}.{segment(claims)}"

    assert_refused(http, f"{signed}.{segment(hs256(signed.encode(), secret))}")


@pytest.mark.parametrize("kid", [KID, "another"])
@pytest.mark.parametrize(
    "brought",
    [
        {"jwk": public_jwk(OTHER_KEY)},
        {"jku": f"{FOREIGN}/jwks.json"},
        {"x5u": f"{FOREIGN}/certificate.pem"},
        {},
    ],
    ids=["jwk", "jku", "x5u", "nothing"],
)
def test_another_key_is_not_used_although_the_token_brings_it_along(
    http: httpx2.Client,
    header: dict[str, Any],
    claims: dict[str, Any],
    brought: dict[str, Any],
    kid: str,
) -> None:
    assert_refused(http, minted(header | {"kid": kid} | brought, claims, key=OTHER_KEY))
