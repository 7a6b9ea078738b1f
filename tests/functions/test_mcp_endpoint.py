"""The MCP endpoint as a protected resource: RFC 6750, RFC 9728."""

import json

import pytest
import time_machine

from tests.functions.actors import EMAIL, Client, call_mcp
from tests.functions.deployment import ORIGIN, Deployment

CHALLENGE = (
    f'Bearer realm="{ORIGIN}", '
    f'resource_metadata="{ORIGIN}/.well-known/oauth-protected-resource/mcp/mcp", scope="mcp"'
)


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_without_a_token_there_is_a_challenge_whatever_the_method(
    deployment: Deployment, method: str
) -> None:
    answer = deployment.ask(method, "/mcp/mcp")

    assert answer.status == 401
    assert answer.headers["www-authenticate"] == CHALLENGE
    assert answer.json["jsonrpc"] == "2.0"
    assert answer.json["error"]["message"]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "authorization", ["", "Basic dXNlcjpwYXNz", "Digest x", "Token abc", "bearer-ish x"]
)
def test_another_scheme_is_no_token(deployment: Deployment, authorization: str) -> None:
    answer = deployment.ask("POST", "/mcp/mcp", headers={"authorization": authorization})

    assert (answer.status, answer.headers["www-authenticate"]) == (401, CHALLENGE)


@pytest.mark.parametrize("access_token", ["x", "a.b.c", "", "é", "x" * 20_000, "a b"])
def test_a_bad_token_is_named_in_the_challenge(deployment: Deployment, access_token: str) -> None:
    answer = call_mcp(deployment, access_token)

    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith(f'{CHALLENGE}, error="invalid_token"')


def test_a_token_in_the_query_is_not_read(deployment: Deployment, client: Client) -> None:
    target = f"/mcp/mcp?access_token={client.tokens()['access_token']}"

    assert deployment.ask("POST", target, json_body={}).status == 401


def test_a_token_expires(deployment: Deployment, client: Client) -> None:
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        access_token = client.tokens()["access_token"]
        clock.shift(3599)
        assert call_mcp(deployment, access_token).status == 200
        clock.shift(1)
        assert call_mcp(deployment, access_token).status == 401


def test_a_token_for_the_origin_is_good_as_well(deployment: Deployment, client: Client) -> None:
    tokens = client.exchange(client.authorize(resource=ORIGIN)["code"], resource=ORIGIN).json

    assert call_mcp(deployment, tokens["access_token"]).status == 200


def test_the_scheme_is_read_without_regard_to_case(deployment: Deployment, client: Client) -> None:
    headers = {"authorization": f"bEaReR {client.tokens()['access_token']}"}
    message = {"jsonrpc": "2.0", "id": 1, "method": "ping"}

    assert deployment.ask("POST", "/mcp/mcp", headers=headers, json_body=message).status == 200


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_with_a_token_only_post_is_allowed(
    deployment: Deployment, client: Client, method: str
) -> None:
    headers = {"authorization": f"Bearer {client.tokens()['access_token']}"}
    answer = deployment.ask(method, "/mcp/mcp", headers=headers)

    assert (answer.status, answer.headers["allow"]) == (405, "POST")


def test_a_tool_knows_who_is_signed_in(deployment: Deployment, client: Client) -> None:
    headers = {"authorization": f"Bearer {client.tokens()['access_token']}"}
    message = {
        "jsonrpc": "2.0",
        "id": "a",
        "method": "tools/call",
        "params": {"name": "whoami", "arguments": {}},
    }
    answer = deployment.ask("POST", "/mcp/mcp", headers=headers, json_body=message)

    said = json.loads(answer.json["result"]["content"][0]["text"])
    assert said["email"] == EMAIL
    assert said["client_id"] == client.client_id
    assert said["scopes"] == ["mcp"]


@pytest.mark.parametrize(
    ("content_type", "body", "status", "code"),
    [
        ("application/json", b"{", 400, -32700),
        ("application/json", b"\xff", 400, -32700),
        ("application/json", b"[" * 50_000, 400, -32700),
        ("application/json", b"", 400, -32700),
        ("application/json", b"7", 400, -32600),
        ("text/plain", b"{}", 400, -32600),
        ("application/json", b" " * (4 * 1024 * 1024 + 1), 413, -32600),
    ],
)
def test_a_body_that_is_no_message_gets_a_json_rpc_error(
    deployment: Deployment,
    client: Client,
    content_type: str,
    body: bytes,
    *,
    status: int,
    code: int,
) -> None:
    authorization = f"Bearer {client.tokens()['access_token']}"
    headers = {"authorization": authorization, "content-type": content_type}
    answer = deployment.ask("POST", "/mcp/mcp", headers=headers, body=body)

    assert (answer.status, answer.json["error"]["code"]) == (status, code)


@pytest.mark.parametrize("origin", ["http://evil.example.com", "null", "http://localhost.evil.com"])
def test_a_page_that_came_without_tls_is_refused_with_a_token_and_without(
    deployment: Deployment, client: Client, origin: str
) -> None:
    message = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    token = {"authorization": f"Bearer {client.tokens()['access_token']}"}
    for credentials in ({}, token):
        headers = {**credentials, "origin": origin}
        answer = deployment.ask("POST", "/mcp/mcp", headers=headers, json_body=message)

        assert (answer.status, answer.json["error"]["code"]) == (403, -32600)
        assert answer.json["id"] is None
        assert "www-authenticate" not in answer.headers


@pytest.mark.parametrize("origin", ["https://app.example.com", "http://localhost:6274"])
def test_a_page_with_a_name_of_its_own_is_served(
    deployment: Deployment, client: Client, origin: str
) -> None:
    message = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    headers = {"authorization": f"Bearer {client.tokens()['access_token']}", "origin": origin}
    answer = deployment.ask("POST", "/mcp/mcp", headers=headers, json_body=message)

    assert answer.status == 200
    assert answer.headers["access-control-allow-origin"] == "*"
