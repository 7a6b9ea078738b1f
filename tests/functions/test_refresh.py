"""Refreshing: rotation, retries and reuse."""

import pytest
import time_machine

from tests.functions.actors import Client, call_mcp
from tests.functions.deployment import MCP_URL, ORIGIN, Deployment
from tests.functions.test_token import claims


def test_a_refresh_gives_new_tokens_for_the_same_grant(
    deployment: Deployment, client: Client
) -> None:
    first = client.tokens(scope="mcp offline_access")

    answer = client.refresh(first["refresh_token"], resource=MCP_URL)

    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json["refresh_token"] != first["refresh_token"]
    assert answer.json["access_token"] != first["access_token"]
    assert answer.json["scope"] == "mcp offline_access"
    assert claims(answer.json["access_token"])["aud"] == MCP_URL
    assert call_mcp(deployment, answer.json["access_token"]).status == 200


@pytest.mark.parametrize("method", ["none", "client_secret_post"])
def test_every_client_rotates_a_confidential_one_too(deployment: Deployment, method: str) -> None:
    client = Client.register(deployment, token_endpoint_auth_method=method)
    secret = client.registration.get("client_secret")
    code = client.authorize()["code"]
    first = client.exchange(code, client_secret=secret).json["refresh_token"]
    second = client.refresh(first, client_secret=secret).json["refresh_token"]
    third = client.refresh(second, client_secret=secret).json["refresh_token"]

    assert len({first, second, third}) == 3
    assert client.refresh(first, client_secret=secret).json["error"] == "invalid_grant"
    assert client.refresh(third, client_secret=secret).json["error"] == "invalid_grant"


def test_a_retry_gets_the_same_answer_within_the_grace(client: Client) -> None:
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        first = client.tokens()["refresh_token"]
        answer = client.refresh(first).json
        clock.shift(59)

        assert client.refresh(first).json == answer
        assert client.refresh(answer["refresh_token"]).status == 200


def test_a_retry_after_the_grace_is_reuse_and_revokes_the_grant(
    deployment: Deployment, client: Client
) -> None:
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        first = client.tokens()["refresh_token"]
        second = client.refresh(first).json
        clock.shift(60)

        assert client.refresh(first).json["error"] == "invalid_grant"

        assert client.refresh(second["refresh_token"]).json["error"] == "invalid_grant"
        assert call_mcp(deployment, second["access_token"]).status == 401


def test_a_token_two_generations_old_is_reuse_even_within_the_grace(client: Client) -> None:
    first = client.tokens()["refresh_token"]
    second = client.refresh(first).json["refresh_token"]
    third = client.refresh(second).json["refresh_token"]

    assert client.refresh(first).json["error"] == "invalid_grant"
    assert client.refresh(third).json["error"] == "invalid_grant"


def test_an_invented_token_of_a_real_grant_harms_nobody(client: Client) -> None:
    good = client.tokens()["refresh_token"]
    prefix, _, turn = good.split(".")

    for invented in (f"{prefix}.{'A' * 43}.{turn}", f"{prefix}.{'A' * 43}.{'B' * 43}"):
        assert client.refresh(invented).json["error"] == "invalid_grant"

    assert client.refresh(good).status == 200


@pytest.mark.parametrize("invented", ["", "gtr_a.b.c", "gtr_...", "é", "x" * 10_000])
def test_an_unknown_refresh_token_is_refused(client: Client, invented: str) -> None:
    answer = client.refresh(invented)

    assert answer.status == 400
    assert answer.json["error"] in ("invalid_grant", "invalid_request")


def test_another_clients_refresh_token_is_refused_and_stays_good(
    deployment: Deployment, client: Client
) -> None:
    good = client.tokens()["refresh_token"]

    answer = Client.register(deployment).refresh(good)

    assert (answer.status, answer.json["error"]) == (400, "invalid_grant")
    assert client.refresh(good).status == 200


def test_a_refresh_token_expires_when_it_is_not_used(client: Client) -> None:
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        first = client.tokens()["refresh_token"]
        clock.shift(30 * 86400 - 1)
        second = client.refresh(first).json["refresh_token"]
        clock.shift(30 * 86400)

        assert client.refresh(second).json["error"] == "invalid_grant"


def test_a_client_that_only_refreshes_stays_registered(deployment: Deployment) -> None:
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        client = Client.register(deployment)
        refresh_token = client.tokens()["refresh_token"]
        for _ in range(5):  # in all longer than an unused client lives
            clock.shift(25 * 86400)
            answer = client.refresh(refresh_token)
            assert answer.status == 200, answer.text
            refresh_token = answer.json["refresh_token"]


def test_the_scope_may_be_narrowed_for_one_access_token(client: Client) -> None:
    first = client.tokens(scope="mcp offline_access")

    narrowed = client.refresh(first["refresh_token"], scope="mcp").json
    whole = client.refresh(narrowed["refresh_token"]).json

    assert narrowed["scope"] == "mcp"
    assert whole["scope"] == "mcp offline_access"


def test_scopes_of_other_servers_are_left_out_as_mcp_remote_sends_them(client: Client) -> None:
    answer = client.refresh(client.tokens()["refresh_token"], scope="openid email profile")

    assert answer.json["scope"] == "mcp"


def test_more_scope_than_was_granted_is_refused_and_the_token_stays_good(client: Client) -> None:
    good = client.tokens(scope="mcp")["refresh_token"]

    answer = client.refresh(good, scope="mcp offline_access")

    assert (answer.status, answer.json["error"]) == (400, "invalid_scope")
    assert client.refresh(good).status == 200


@pytest.mark.parametrize("resource", [ORIGIN, "https://other.example.com/mcp"])
def test_a_resource_outside_the_grant_is_refused_and_the_token_stays_good(
    client: Client, resource: str
) -> None:
    good = client.tokens()["refresh_token"]

    answer = client.refresh(good, resource=resource)

    assert (answer.status, answer.json["error"]) == (400, "invalid_target")
    assert client.refresh(good).status == 200


def test_a_client_without_the_grant_type_cannot_refresh(deployment: Deployment) -> None:
    client = Client.register(deployment, grant_types=["authorization_code"])

    answer = client.refresh("gtr_a.b.c")

    assert (answer.status, answer.json["error"]) == (400, "unauthorized_client")


def test_offline_access_alone_narrows_nothing(client: Client) -> None:
    good = client.tokens(scope="mcp offline_access")["refresh_token"]

    assert client.refresh(good, scope="offline_access").json["scope"] == "mcp offline_access"
