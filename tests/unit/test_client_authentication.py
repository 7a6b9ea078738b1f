"""Client authentication at the token endpoint (RFC 6749 section 2.3)."""

import base64
from collections.abc import Sequence
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatehouse.errors import InvalidClient, InvalidRequest
from gatehouse.oauth.clients.authentication import authenticate_client
from gatehouse.oauth.clients.client import Client
from gatehouse.oauth.clients.directory import ClientDirectory
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.secret_values import digest
from gatehouse.parameters import Parameters
from gatehouse.story import Story
from tests.nothing_outside import NO_ASSERTIONS, NO_DOCUMENTS

NOW = 1_000
SECRET = "s3cret-_x"


class ClientsInMemory:
    """Keeps the promises of `ClientStore`."""

    def __init__(self, *clients: Client) -> None:
        self.kept = {client.client_id: client for client in clients}

    def add(self, client: Client) -> None:
        self.kept[client.client_id] = client

    def get(self, client_id: str) -> Client | None:
        return self.kept.get(client_id)

    def get_all(self, client_ids: Sequence[str]) -> list[Client]:
        return [self.kept[each] for each in client_ids if each in self.kept]

    def note_use(self, client_id: str, now: int, expires_at: int) -> None:
        raise AssertionError(f"authentication writes nothing: {client_id} {now} {expires_at}")


def registered(client_id: str, method: str, *, expires_at: int = NOW + 1) -> Client:
    metadata = {"redirect_uris": [], "token_endpoint_auth_method": method, "grant_types": []}
    secret_hash = None if method == "none" else digest(SECRET)
    return Client(client_id, metadata, 0, 0, expires_at, secret_hash)


KEPT = ClientsInMemory(
    registered("public", "none"),
    registered("post", "client_secret_post"),
    registered("basic", "client_secret_basic"),
    registered("expired", "none", expires_at=NOW),
)
CLIENTS = ClientDirectory(KEPT, NO_DOCUMENTS, Policy())


def basic(userinfo: str) -> str:
    return "Basic " + base64.b64encode(userinfo.encode()).decode()


def authenticated(body: str = "", authorization: str | None = None) -> str:
    parameters = Parameters.parse(body)
    return authenticate_client(
        parameters,
        authorization,
        clients=CLIENTS,
        assertions=NO_ASSERTIONS,
        now=NOW,
        story=Story(),
    ).client_id


def test_a_public_client_only_names_itself() -> None:
    assert authenticated("client_id=public") == "public"
    assert authenticated("client_id=public&client_secret=") == "public"


def test_a_secret_may_come_in_the_body() -> None:
    assert authenticated(f"client_id=post&client_secret={SECRET}") == "post"


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
def test_a_secret_may_come_by_basic(scheme: str) -> None:
    credentials = basic(f"basic:{SECRET}").removeprefix("Basic")
    assert authenticated("", scheme + credentials) == "basic"


def test_basic_is_understood_raw_and_percent_encoded() -> None:
    encoded = "".join(f"%{ord(character):02X}" for character in SECRET)
    assert quote(SECRET) == SECRET
    assert authenticated("", basic(f"b%61sic:{encoded}")) == "basic"


def test_the_id_in_the_body_beside_basic_is_no_second_authentication() -> None:
    assert authenticated("client_id=basic", basic(f"basic:{SECRET}")) == "basic"


def test_a_public_client_may_name_itself_by_basic_without_a_secret() -> None:
    assert authenticated("", basic("public:")) == "public"


def test_another_scheme_is_no_client_authentication() -> None:
    assert authenticated("client_id=public", "Bearer x.y.z") == "public"


@pytest.mark.parametrize(
    "body",
    [
        f"client_id=basic&client_secret={SECRET}",
        f"client_secret={SECRET}",
        "client_id=public",
        "client_id=other",
    ],
)
def test_two_authentications_at_once_are_refused(body: str) -> None:
    with pytest.raises(InvalidRequest):
        authenticated(body, basic(f"basic:{SECRET}"))


@pytest.mark.parametrize(
    "body", ["client_id=a&client_id=b", "client_id=post&client_secret=a&client_secret=b"]
)
def test_repeated_credentials_are_refused(body: str) -> None:
    with pytest.raises(InvalidRequest):
        authenticated(body)


@pytest.mark.parametrize(
    ("body", "authorization"),
    [
        (f"client_id=basic&client_secret={SECRET}", None),
        ("", basic(f"post:{SECRET}")),
        ("client_id=post", None),
        ("client_id=basic", None),
        ("", basic("basic:")),
        (f"client_id=public&client_secret={SECRET}", None),
        ("", basic(f"public:{SECRET}")),
    ],
)
def test_a_method_that_was_not_registered_is_refused(body: str, authorization: str | None) -> None:
    with pytest.raises(InvalidClient):
        authenticated(body, authorization)


@pytest.mark.parametrize(
    "secret", ["wrong", SECRET[:-1], SECRET + "x", SECRET.upper(), digest(SECRET)]
)
def test_a_wrong_secret_is_refused(secret: str) -> None:
    with pytest.raises(InvalidClient) as refused:
        authenticated(f"client_id=post&client_secret={secret}")
    assert refused.value.status == 401
    with pytest.raises(InvalidClient):
        authenticated("", basic(f"basic:{secret}"))


@pytest.mark.parametrize(
    "client_id", ["unknown", "expired", "a%20b", "%00", "x" * 65, "http://c/d"]
)
def test_a_client_that_is_unknown_or_expired_is_to_register_again(client_id: str) -> None:
    with pytest.raises(InvalidClient, match="register it again"):
        authenticated(f"client_id={client_id}")


def test_unknown_and_expired_differ_in_the_log_only() -> None:
    answers = []
    for client_id in ("unknown", "expired"):
        with pytest.raises(InvalidClient) as refused:
            CLIENTS.find(client_id, now=NOW, story=Story())
        answers.append((refused.value.body, refused.value.reason))
    assert answers[0][0] == answers[1][0]
    assert [reason for _, reason in answers] == ["unknown", "expired"]


def test_a_client_lives_until_the_second_it_expires() -> None:
    assert CLIENTS.find("expired", now=NOW - 1, story=Story()).client_id == "expired"


def test_no_client_at_all_is_refused() -> None:
    with pytest.raises(InvalidClient, match="client_id is missing"):
        authenticated("grant_type=refresh_token")


@pytest.mark.parametrize(
    "authorization",
    [
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic YQ",
        "Basic " + base64.b64encode(b"\xff:\xff").decode(),
        basic("basic"),
        basic(":"),
        basic(f":{SECRET}"),
    ],
)
def test_malformed_basic_is_an_invalid_client(authorization: str) -> None:
    with pytest.raises(InvalidClient):
        authenticated("", authorization)


@pytest.mark.parametrize("encoded", ["é", "\N{FULLWIDTH LATIN SMALL LETTER A}AAA"])
def test_basic_that_is_not_even_ascii_is_an_invalid_client(encoded: str) -> None:
    with pytest.raises(InvalidClient):
        authenticated("", f"Basic {encoded}")


@given(st.text("clientidsecrpub=&%+ ", max_size=60), st.text(max_size=30).map("Basic ".__add__))
def test_nothing_invented_authenticates(body: str, authorization: str) -> None:
    for header in (None, authorization):
        with pytest.raises((InvalidClient, InvalidRequest)):
            authenticated(f"x={body}", header)
