"""Dynamic client registration: RFC 7591."""

import re
from typing import Any

import pytest
import time_machine

from tests.functions.actors import CALLBACK, Client
from tests.functions.deployment import Deployment
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
