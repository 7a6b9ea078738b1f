"""Dynamic client registration: RFC 7591."""

import re
from typing import Any

import pytest
import time_machine

from gatehouse.oauth.secret_values import new_identifier
from tests.functions.actors import CALLBACK, Client, call_mcp
from tests.functions.deployment import Answer, Deployment
from tests.functions.log_lines import counted, followed_log
from tests.functions.tables import Tables

PATHS = ("/register", "/api/oauth/register")

EVERY_MEMBER: dict[str, Any] = {
    "redirect_uris": [CALLBACK, "https://app.example.com/callback?from=us"],
    "token_endpoint_auth_method": "client_secret_post",
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "client_name": "An app",
    "client_name#de": "Eine Anwendung",
    "client_uri": "https://app.example.com",
    "logo_uri": "https://app.example.com/logo.png",
    "scope": "mcp offline_access",
    "contacts": ["ops@example.com"],
    "tos_uri": "https://app.example.com/terms",
    "policy_uri": "https://app.example.com/privacy",
    "jwks": {"keys": []},
    "software_id": "4NRB1-0XZABZI9E6-5SM3R",
    "software_version": "2.2",
}


@pytest.mark.parametrize("path", PATHS)
def test_a_public_client_gets_an_id_and_no_secret(deployment: Deployment, path: str) -> None:
    answer = deployment.ask("POST", path, json_body={"redirect_uris": [CALLBACK]})

    assert answer.status == 201
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json["redirect_uris"] == [CALLBACK]
    assert answer.json["token_endpoint_auth_method"] == "none"
    assert answer.json["grant_types"] == ["authorization_code", "refresh_token"]
    assert isinstance(answer.json["client_id_issued_at"], int)
    assert "client_secret" not in answer.json
    assert None not in answer.json.values()


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
def test_a_confidential_client_gets_a_secret_of_unreserved_characters(
    deployment: Deployment, method: str
) -> None:
    document = {"redirect_uris": [CALLBACK], "token_endpoint_auth_method": method}
    answer = deployment.ask("POST", "/register", json_body=document)

    assert answer.json["client_secret_expires_at"] == 0
    assert len(answer.json["client_secret"]) >= 43
    assert re.fullmatch(r"[A-Za-z0-9_-]+", answer.json["client_secret"])


def test_every_member_that_the_rfc_names_is_kept(deployment: Deployment) -> None:
    answer = deployment.ask("POST", "/register", json_body=EVERY_MEMBER)

    assert answer.status == 201
    assert EVERY_MEMBER.items() <= answer.json.items()


def test_the_secret_is_stored_only_as_a_hash(deployment: Deployment, tables: Tables) -> None:
    answer = deployment.ask("POST", "/register", json_body=EVERY_MEMBER).json

    assert answer["client_secret"] not in tables.everything()
    assert answer["client_id"] in tables.everything()


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({}, "invalid_redirect_uri"),
        ([], "invalid_client_metadata"),
        ("text", "invalid_client_metadata"),
        ({"redirect_uris": []}, "invalid_redirect_uri"),
        ({"redirect_uris": "https://app.example.com/cb"}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://app.example.com/cb"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
        ({"redirect_uris": [CALLBACK], "client_name": 7}, "invalid_client_metadata"),
        ({"redirect_uris": [CALLBACK], "client_name": "a\nb"}, "invalid_client_metadata"),
        ({"redirect_uris": [CALLBACK], "client_uri": "javascript:1"}, "invalid_client_metadata"),
        (
            {"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "tls_client_auth"},
            "invalid_client_metadata",
        ),
        (
            {"redirect_uris": [CALLBACK], "jwks": {}, "jwks_uri": "https://a.example/jwks"},
            "invalid_client_metadata",
        ),
    ],
)
def test_a_document_that_cannot_be_registered_leaves_no_trace(
    deployment: Deployment, tables: Tables, document: Any, code: str
) -> None:
    before = tables.count("ClientsTable")

    answer = deployment.ask("POST", "/register", json_body=document)

    assert answer.status == 400
    assert answer.json["error"] == code
    assert answer.json["error_description"]
    assert answer.headers["cache-control"] == "no-store"
    assert tables.count("ClientsTable") == before


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"content-type": "application/json"}, b"{", 400),
        ({"content-type": "application/json"}, b"\xff\xfe", 400),
        ({"content-type": "application/json"}, b"[" * 30_000, 400),
        ({"content-type": "text/plain"}, b"{}", 400),
        ({}, b"", 400),
        ({"content-type": "application/json"}, b'"' + b"x" * 65536 + b'"', 413),
    ],
)
def test_a_body_that_is_no_document_gets_the_error_as_json(
    deployment: Deployment, path: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    answer = deployment.ask("POST", path, headers=headers, body=body)

    assert answer.status == status
    assert answer.json["error"] in ("invalid_request", "invalid_client_metadata")


def test_a_client_that_nobody_uses_expires(deployment: Deployment) -> None:
    with time_machine.travel("2026-01-01T00:00Z", tick=False) as clock:
        client = Client.register(deployment)
        clock.shift(90 * 86400 - 1)
        assert deployment.ask("GET", client.authorization_url()).status == 200
        clock.shift(1)
        assert deployment.ask("GET", client.authorization_url()).status == 400


def test_a_client_that_is_used_lives_on(deployment: Deployment) -> None:
    with time_machine.travel("2026-01-01T00:00Z", tick=False) as clock:
        client = Client.register(deployment)
        clock.shift(60 * 86400)
        client.tokens()
        clock.shift(60 * 86400)
        assert client.tokens()["access_token"]


def test_more_metadata_than_any_client_has_is_refused(deployment: Deployment) -> None:
    document = {"redirect_uris": [CALLBACK], "jwks": {"keys": ["x" * 20_000]}}
    answer = deployment.ask("POST", "/register", json_body=document)

    assert (answer.status, answer.json["error"]) == (400, "invalid_client_metadata")


def test_a_number_that_no_reader_takes_back_is_refused(deployment: Deployment) -> None:
    body = b'{"redirect_uris": ["http://127.0.0.1/cb"], "jwks": {"n": 1e999}}'
    answer = deployment.ask(
        "POST", "/register", headers={"content-type": "application/json"}, body=body
    )

    assert answer.status == 400


def test_what_a_client_sent_is_not_repeated_in_the_error(deployment: Deployment) -> None:
    name = 'x"\n\u202e'
    form = [(name, "1"), (name, "2"), ("grant_type", "refresh_token")]
    answer = deployment.ask("POST", "/token", form=form)

    assert answer.json["error_description"] == "A parameter is repeated"


# ---- The same metadata twice ---------------------------------------------------------------

MANAGEMENT = {"registration_access_token", "registration_client_uri"}


def public_metadata(**members: Any) -> dict[str, Any]:
    """What an app registers, unlike what any other test registers."""
    return {"redirect_uris": [CALLBACK], "client_name": new_identifier(), **members}


def posted(deployment: Deployment, document: dict[str, Any], path: str = "/register") -> Any:
    answer = deployment.ask("POST", path, json_body=document)
    assert answer.status == 201, answer.text
    return answer.json


def managed(
    deployment: Deployment, registration: dict[str, Any], method: str, document: Any = None
) -> Answer:
    """A request to the client configuration endpoint by whoever got that registration."""
    headers = {"authorization": f"Bearer {registration['registration_access_token']}"}
    path = f"/register/{registration['client_id']}"
    return deployment.ask(method, path, headers=headers, json_body=document)


def test_the_same_metadata_twice_within_a_while_does_not_grow_the_table(
    deployment: Deployment, tables: Tables
) -> None:
    document = public_metadata()
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        first = posted(deployment, document)
        before = tables.count("ClientsTable")
        clock.shift(899)
        again = [posted(deployment, document, path) for path in PATHS]
        assert tables.count("ClientsTable") == before

        clock.shift(1)
        later = posted(deployment, document)

    # it is that client, said as it is: registered then, and nobody's to manage any more
    expected = {name: value for name, value in first.items() if name not in MANAGEMENT}
    assert again == [expected, expected]
    assert later["client_id"] != first["client_id"]
    assert later["registration_access_token"] != first["registration_access_token"]


def test_metadata_is_the_same_however_it_is_written(deployment: Deployment) -> None:
    document = public_metadata(scope="mcp", grant_types=["authorization_code", "refresh_token"])
    written_otherwise = {
        "unknown": new_identifier(),
        "logo_uri": "",
        **dict(reversed(document.items())),
        "scope": " mcp ",
        "grant_types": ["refresh_token", "urn:other", "authorization_code"],
    }
    with time_machine.travel("2026-03-01T00:00Z", tick=False):
        ids = {posted(deployment, each)["client_id"] for each in (document, written_otherwise)}

    assert len(ids) == 1


def test_a_shared_client_works_for_everybody_who_registered_it(deployment: Deployment) -> None:
    document = public_metadata()
    with time_machine.travel("2026-03-01T00:00Z", tick=False):
        first, second = (Client(deployment, posted(deployment, document)) for _ in range(2))
        assert first.client_id == second.client_id
        ours, theirs = first.tokens(), second.tokens()

        # each has a grant of its own, which ends alone
        form = {"client_id": first.client_id, "token": ours["refresh_token"]}
        deployment.ask("POST", "/api/oauth/revoke", form=form)
        assert call_mcp(deployment, ours["access_token"]).status == 401
        assert call_mcp(deployment, theirs["access_token"]).status == 200


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
def test_a_confidential_client_is_always_a_new_one(deployment: Deployment, method: str) -> None:
    document = public_metadata(token_endpoint_auth_method=method)
    with time_machine.travel("2026-03-01T00:00Z", tick=False):
        first, second = (posted(deployment, document) for _ in range(2))

    assert first["client_id"] != second["client_id"]
    assert first["client_secret"] != second["client_secret"]
    assert first.keys() >= MANAGEMENT
    assert second.keys() >= MANAGEMENT


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_whoever_registered_first_cannot_manage_what_is_shared(
    deployment: Deployment, method: str
) -> None:
    """Somebody registers an app's metadata before the app does."""
    document = public_metadata()
    with time_machine.travel("2026-03-01T00:00Z", tick=False):
        attacker = posted(deployment, document)
        assert managed(deployment, attacker, "GET").status == 200
        victim = posted(deployment, document)
        evil = document | {"client_id": attacker["client_id"], "redirect_uris": ["https://evil.x"]}

        assert managed(deployment, attacker, method, evil).status == 401
        assert posted(deployment, document) == victim


def test_a_client_that_was_changed_since_is_not_given_out(deployment: Deployment) -> None:
    """The same attacker, who changes the registration before the app comes."""
    document = public_metadata()
    with time_machine.travel("2026-03-01T00:00Z", tick=False):
        attacker = posted(deployment, document)
        evil = document | {"client_id": attacker["client_id"], "redirect_uris": ["https://evil.x"]}
        assert managed(deployment, attacker, "PUT", evil).status == 200

        victim = posted(deployment, document)

        assert victim["client_id"] != attacker["client_id"]
        assert victim["redirect_uris"] == document["redirect_uris"]
        assert victim.keys() >= MANAGEMENT
        assert managed(deployment, attacker, "GET").json["redirect_uris"] == ["https://evil.x"]


def test_a_client_that_was_deleted_does_not_come_back(deployment: Deployment) -> None:
    """Its refresh tokens would come back with it."""
    document = public_metadata()
    with time_machine.travel("2026-03-01T00:00Z", tick=False):
        deleted = Client(deployment, posted(deployment, document))
        refresh_token = deleted.tokens()["refresh_token"]
        assert managed(deployment, deleted.registration, "DELETE").status == 204

        again = Client(deployment, posted(deployment, document))

        assert again.client_id != deleted.client_id
        assert deleted.refresh(refresh_token).status == 401
        assert again.refresh(refresh_token).status == 400
        assert managed(deployment, again.registration, "GET").status == 200


def test_the_log_counts_what_was_registered_again_apart(deployment: Deployment) -> None:
    document = public_metadata()
    with time_machine.travel("2026-03-01T00:00Z", tick=False), followed_log() as written:
        client_id = posted(deployment, document)["client_id"]
        posted(deployment, document)

    assert [(line["outcome"], counted(line)) for line in written.of(client_id)] == [
        ("registered", {"Registered": 1}),
        ("registered_again", {"RegisteredAgain": 1}),
    ]


@pytest.mark.parametrize("depth", [99, 500, 947, 30_000])
def test_a_body_may_be_nested_as_deeply_as_it_likes(deployment: Deployment, depth: int) -> None:
    nested = "[" * depth + "]" * depth
    body = f'{{"redirect_uris":["{CALLBACK}"],"jwks":{{"keys":{nested}}}}}'
    headers = {"content-type": "application/json"}

    answer = deployment.ask("POST", "/register", headers=headers, body=body.encode())

    assert answer.status == 400
    assert answer.json["error"] in ("invalid_request", "invalid_client_metadata")
