"""Client configuration: RFC 7592."""

import re
from typing import Any

import pytest
import time_machine

from tests.functions.actors import CALLBACK, Client, call_mcp
from tests.functions.deployment import ORIGIN, Answer, Deployment
from tests.functions.log_lines import counted, followed_log
from tests.functions.tables import Tables

METHODS = ["GET", "PUT", "DELETE"]
PATHS = ["/register", "/api/oauth/register"]


class Manager:
    """A client at its own configuration endpoint."""

    def __init__(self, client: Client, path: str = "/api/oauth/register") -> None:
        self._client = client
        self.registration = client.registration
        self.path = f"{path}/{client.client_id}"

    def ask(self, method: str, document: Any = None, *, token: str | None = None) -> Answer:
        presented = token or self.registration["registration_access_token"]
        headers = {"authorization": f"Bearer {presented}"}
        return self._client.deployment.ask(method, self.path, headers=headers, json_body=document)

    def update(self, **changes: Any) -> Answer:
        """A PUT with the whole of the current metadata, but for these members."""
        unsent = ("registration_", "client_secret_expires_at", "client_id_issued_at")
        known = {n: v for n, v in self.registration.items() if not n.startswith(unsent)}
        document = {n: v for n, v in (known | changes).items() if v is not None}
        return self.ask("PUT", document)


@pytest.fixture
def manager(client: Client) -> Manager:
    return Manager(client)


@pytest.fixture(params=["client_secret_post", "client_secret_basic"])
def confidential(deployment: Deployment, request: pytest.FixtureRequest) -> Manager:
    return Manager(Client.register(deployment, token_endpoint_auth_method=request.param))


def test_a_registration_says_where_it_is_managed_and_by_which_token(client: Client) -> None:
    registration = client.registration

    uri = f"{ORIGIN}/api/oauth/register/{client.client_id}"
    assert registration["registration_client_uri"] == uri
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", registration["registration_access_token"])


def test_the_registration_access_token_is_stored_only_as_a_hash(
    client: Client, tables: Tables
) -> None:
    assert client.registration["registration_access_token"] not in tables.everything()


@pytest.mark.parametrize("path", PATHS)
def test_a_client_reads_its_registration(client: Client, path: str) -> None:
    answer = Manager(client, path).ask("GET")

    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json == client.registration


def test_a_secret_is_not_shown_again(confidential: Manager) -> None:
    read = confidential.ask("GET").json

    missing = confidential.registration.keys() - read.keys()
    assert missing == {"client_secret", "client_secret_expires_at"}


@pytest.mark.parametrize("path", PATHS)
def test_a_client_changes_its_registration(
    deployment: Deployment, client: Client, path: str
) -> None:
    manager = Manager(client, path)
    callback = "https://app.example.com/callback"

    answer = manager.update(redirect_uris=[callback], client_name="Another name", software_id=None)

    changed = client.registration | {"redirect_uris": [callback], "client_name": "Another name"}
    del changed["software_id"]  # RFC 7592 section 2.2: what is left out is deleted
    assert (answer.status, answer.json) == (200, changed)
    assert manager.ask("GET").json == changed
    assert deployment.ask("GET", client.authorization_url(redirect_uri=callback)).status == 200
    assert deployment.ask("GET", client.authorization_url()).status == 400


def test_a_change_ends_nothing(deployment: Deployment, client: Client, manager: Manager) -> None:
    tokens = client.tokens()

    manager.update(client_name="Another name")

    assert call_mcp(deployment, tokens["access_token"]).status == 200
    assert client.refresh(tokens["refresh_token"]).status == 200


def test_a_confidential_client_keeps_its_secret(confidential: Manager) -> None:
    repeated = confidential.update(client_name="Another name").json
    left_out = confidential.update(client_secret=None).json

    assert repeated["client_secret"] == confidential.registration["client_secret"]
    assert repeated["client_secret_expires_at"] == 0
    assert "client_secret" not in left_out


def test_a_secret_may_come_another_way_but_not_be_given_up(confidential: Manager) -> None:
    for method, status in {
        "client_secret_post": 200,
        "client_secret_basic": 200,
        "none": 400,
        None: 400,  # which means none
    }.items():
        answer = confidential.update(token_endpoint_auth_method=method)
        assert answer.status == status, method
    assert answer.json["error"] == "invalid_client_metadata"


@pytest.mark.parametrize("method", ["client_secret_post", "private_key_jwt", "tls_client_auth"])
def test_a_public_client_stays_one(manager: Manager, method: str) -> None:
    answer = manager.update(token_endpoint_auth_method=method)

    assert (answer.status, answer.json["error"]) == (400, "invalid_client_metadata")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_id": None}, "invalid_request"),
        ({"client_id": "another"}, "invalid_request"),
        ({"client_id": ["x"]}, "invalid_request"),
        ({"client_secret": "of-my-own-choice"}, "invalid_request"),
        ({"client_secret": ["x"]}, "invalid_request"),
        ({"client_secret": "\ud800"}, "invalid_request"),
        ({"client_secret": ""}, "invalid_request"),
        ({"registration_access_token": "x"}, "invalid_request"),
        ({"registration_client_uri": "https://evil.example"}, "invalid_request"),
        ({"client_id_issued_at": 1}, "invalid_request"),
        ({"client_secret_expires_at": 0}, "invalid_request"),
        ({"redirect_uris": None}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://evil.example/cb"]}, "invalid_redirect_uri"),
        ({"client_name": "a\nb"}, "invalid_client_metadata"),
        ({"grant_types": ["refresh_token"]}, "invalid_client_metadata"),
    ],
)
@pytest.mark.parametrize("kind", ["public", "client_secret_post"])
def test_a_change_that_a_client_may_not_make_changes_nothing(
    deployment: Deployment, kind: str, changes: dict[str, Any], code: str
) -> None:
    method = {} if kind == "public" else {"token_endpoint_auth_method": kind}
    manager = Manager(Client.register(deployment, **method))
    before = manager.ask("GET").json

    answer = manager.update(**changes)

    assert (answer.status, answer.json["error"]) == (400, code)
    assert manager.ask("GET").json == before


@pytest.mark.parametrize("document", [[], "text", 7, None])
def test_what_is_no_document_changes_nothing(manager: Manager, document: Any) -> None:
    assert manager.ask("PUT", document).status == 400
    assert manager.ask("GET").json == manager.registration


def test_no_client_gives_itself_resources(manager: Manager, tables: Tables) -> None:
    assert "resources" not in manager.update(resources=["https://x.example"]).json
    assert "https://x.example" not in tables.everything()


# ---- The end of a client -------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_a_client_deletes_itself(deployment: Deployment, client: Client, path: str) -> None:
    code, tokens = client.authorize()["code"], client.tokens()

    answer = Manager(client, path).ask("DELETE")

    assert (answer.status, answer.text) == (204, "")
    assert answer.headers["cache-control"] == "no-store"
    assert deployment.ask("GET", client.authorization_url()).status == 400
    for used in (client.exchange(code), client.refresh(tokens["refresh_token"])):
        assert (used.status, used.json["error"]) == (401, "invalid_client")


def test_access_tokens_of_a_deleted_client_end_with_their_lifetime(
    deployment: Deployment, client: Client, manager: Manager
) -> None:
    """As docs/decisions/0012 says, and not before: the MCP endpoint reads the grant alone."""
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        client = Client.register(deployment)
        access_token = client.tokens()["access_token"]
        Manager(client).ask("DELETE")
        clock.shift(3599)
        assert call_mcp(deployment, access_token).status == 200
        clock.shift(1)
        assert call_mcp(deployment, access_token).status == 401


def test_whoever_lost_the_answer_may_delete_again(manager: Manager) -> None:
    assert [manager.ask("DELETE").status for _ in range(3)] == [204, 204, 204]
    assert [manager.ask(method, {}).status for method in ("GET", "PUT")] == [401, 401]


def test_of_a_deleted_client_neither_metadata_nor_secret_is_kept(
    confidential: Manager, tables: Tables
) -> None:
    client_id = confidential.registration["client_id"]
    confidential.ask("DELETE")

    (left,) = [item for item in tables.items("ClientsTable") if item["client_id"]["S"] == client_id]
    assert not left.keys() & {"metadata", "secret_hash"}
    assert int(left["expires_at"]["N"]) < int(left["deleted_at"]["N"]) + 86400


# ---- Who may ---------------------------------------------------------------------------------


def challenge(answer: Answer) -> str:
    assert (answer.status, answer.json["error"]) == (401, "invalid_token")
    assert answer.headers["cache-control"] == "no-store"
    return answer.headers["www-authenticate"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", METHODS)
def test_a_wrong_token_and_an_unknown_client_get_the_same_answer(
    deployment: Deployment, client: Client, method: str, path: str
) -> None:
    other = Client.register(deployment)
    tokens = (
        "x",
        "é",
        client.registration["registration_access_token"][:-1],
        other.registration["registration_access_token"],
        client.tokens()["access_token"],
    )
    answers = {
        (answer.text, challenge(answer))
        for name in (client.client_id, "unknown", "x" * 65, "a%20b", "%2e%2e")
        for token in (tokens if name == client.client_id else tokens[:1])
        for answer in [
            deployment.ask(
                method,
                f"{path}/{name}",
                headers={"authorization": f"Bearer {token}"},
                json_body={"redirect_uris": [CALLBACK]},
            )
        ]
    }

    ((text, said),) = answers
    assert said == (
        f'Bearer realm="{ORIGIN}", error="invalid_token", '
        'error_description="The registration access token is not valid here"'
    )
    assert Manager(client).ask("GET").json == client.registration, text


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("authorization", [None, "", "Basic eDp5", "Token x"])
def test_without_a_token_the_challenge_names_no_error(
    client: Client, method: str, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"authorization": authorization}
    path = f"/register/{client.client_id}"

    answer = client.deployment.ask(method, path, headers=headers)

    assert challenge(answer) == f'Bearer realm="{ORIGIN}"'


@pytest.mark.parametrize("method", METHODS)
def test_a_client_that_expired_manages_nothing(deployment: Deployment, method: str) -> None:
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        manager = Manager(Client.register(deployment))
        clock.shift(90 * 86400)

        challenge(manager.ask(method, {}))


def test_the_client_secret_is_no_registration_access_token(confidential: Manager) -> None:
    challenge(confidential.ask("GET", token=confidential.registration["client_secret"]))


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_no_other_method_is_routed(manager: Manager, method: str) -> None:
    assert manager.ask(method, {}).status == 404


def test_the_log_tells_what_a_client_did_to_itself(client: Client, manager: Manager) -> None:
    with followed_log() as written:
        manager.ask("GET")
        manager.update(client_name="Another name")
        manager.update(client_name=7)
        manager.ask("GET", token="wrong-token")
        manager.ask("DELETE")
        manager.ask("GET")
        client.deployment.ask("GET", manager.path)

    assert [(line["outcome"], counted(line)) for line in written.lines] == [
        ("client_read", {}),
        ("client_updated", {"ClientUpdated": 1}),
        ("invalid_client_metadata", {"Refused": 1}),
        ("registration_token_refused", {"Refused": 1}),
        ("client_deleted", {"ClientDeleted": 1}),
        ("registration_token_refused", {"Refused": 1}),
        ("registration_token_refused", {"Refused": 1}),
    ]
    assert len({line["connection"] for line in written.lines[:-1]}) == 1
    assert client.registration["registration_access_token"] not in written.text
    assert "wrong-token" not in written.text
