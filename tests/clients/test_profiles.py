"""Every client from its first request to a renewed token. The tests' ids say which one breaks."""

import re

import httpx2
import pytest

from tests.clients.played_client import PlayedClient
from tests.clients.profiles import PROFILES, RESOURCE, SERVER
from tests.forms import read_text
from tests.running_stack import RunningStack
from tests.unit.registrations import EVERYBODY

SCOPES = {"mcp", "offline_access"}


@pytest.fixture(params=PROFILES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def client(name: str, http: httpx2.Client) -> PlayedClient:
    return PlayedClient(PROFILES[name], http)


def test_every_client_that_registers_is_played() -> None:
    assert set(PROFILES) == set(EVERYBODY)


def test_it_is_challenged_once(client: PlayedClient, stack: RunningStack) -> None:
    answer = client.open()

    assert answer.status_code == 401
    (challenge,) = answer.headers.get_list("www-authenticate")
    assert challenge.startswith("Bearer ")
    assert re.findall(r'resource_metadata="([^"]*)"', challenge) == [
        f"{stack.url}{RESOURCE}/mcp/mcp"
    ]


def test_it_finds_the_server_wherever_it_asks(
    client: PlayedClient, name: str, stack: RunningStack
) -> None:
    answers = client.ask_metadata()

    found = {path: answer.json() for path, answer in answers.items() if answer.status_code == 200}
    # what is not there must be told plainly: a 5xx or a 429 ends some clients' search
    assert {answer.status_code for answer in answers.values()} <= {200, 404}
    servers = [document for path, document in found.items() if path.startswith(SERVER)]
    assert servers, f"{name} finds no authorization server"
    assert {document["issuer"] for document in servers} == {stack.url}
    for path, document in found.items():
        if path.startswith(RESOURCE):
            assert document["resource"] == stack.url + path.removeprefix(RESOURCE)
            assert document["authorization_servers"] == [stack.url]


def test_it_registers_and_is_told_what_it_got(client: PlayedClient, name: str) -> None:
    posted = PROFILES[name].registration
    told = client.register().json()

    assert told["redirect_uris"] == posted["redirect_uris"]
    method = posted.get("token_endpoint_auth_method", "none")
    assert told["token_endpoint_auth_method"] == method
    assert told["grant_types"] == ["authorization_code", "refresh_token"]
    assert isinstance(told["client_id_issued_at"], int)
    if method == "none":
        assert "client_secret" not in told
    else:
        assert isinstance(told["client_secret_expires_at"], int)
    # strict parsers stumble over a null, and over an empty URL
    assert all(value not in (None, "", []) for value in told.values())
    for issued in (told["client_id"], told.get("client_secret", "none")):
        assert re.fullmatch(r"[A-Za-z0-9._~-]+", issued)


def test_it_signs_in_calls_and_renews(client: PlayedClient, stack: RunningStack) -> None:
    client.register()
    exchanged = client.exchange(client.authorize())
    assert exchanged.status_code == 200, exchanged.text
    tokens = exchanged.json()
    called = client.call(tokens["access_token"])
    renewed = client.refresh(tokens["refresh_token"])

    assert called.status_code == 200, called.text
    assert "tools" in called.json()["result"]["capabilities"]
    assert renewed.status_code == 200, renewed.text
    assert client.call(renewed.json()["access_token"]).status_code == 200
    for answer in (exchanged, renewed):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.json()["token_type"] == "Bearer"
        assert isinstance(answer.json()["expires_in"], int)
        assert set(answer.json()["scope"].split()) <= SCOPES
    assert renewed.json()["scope"] == tokens["scope"]


def test_it_learns_that_its_id_is_dead(client: PlayedClient, http: httpx2.Client) -> None:
    client.register()
    client.registration["client_id"] = "dead"
    answers = [client.exchange("a code"), client.refresh("a refresh token")]
    page = http.get(client.authorization_url())

    for answer in answers:
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
        assert answer.headers["cache-control"] == "no-store"
    assert page.status_code == 400
    assert "location" not in page.headers
    assert "has to register anew" in read_text(page.text)
