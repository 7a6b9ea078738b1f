"""How often a request asks DynamoDB and KMS, which is what it costs and how long it takes."""

from collections.abc import Mapping
from typing import Any

import pytest

from gatehouse.aws.client import AwsClient
from gatehouse.protect import protect
from tests.functions.actors import Client, call_mcp
from tests.functions.deployment import ORIGIN, Deployment
from tests.functions.protected import Behind, Protected


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every call from now on, by service and operation."""
    seen: list[str] = []
    call = AwsClient.call

    def noted(self: AwsClient, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        seen.append(f"{self._service} {operation}")
        return call(self, operation, request)

    monkeypatch.setattr(AwsClient, "call", noted)
    return seen


def test_an_exchange_takes_four_calls_at_most(client: Client, seen: list[str]) -> None:
    code = client.authorize()["code"]
    client.tokens()  # warm: the signing key is there
    seen.clear()
    assert client.exchange(code).status == 200

    assert 0 < len(seen) <= 4


def test_a_refresh_takes_three_calls_at_most(client: Client, seen: list[str]) -> None:
    tokens = client.tokens()
    seen.clear()
    refreshed = client.refresh(tokens["refresh_token"])
    assert refreshed.status == 200
    assert 0 < len(seen) <= 3

    seen.clear()
    assert client.refresh(tokens["refresh_token"]).json == refreshed.json  # the retry
    assert 0 < len(seen) <= 3


def test_a_call_of_the_mcp_server_takes_one(
    deployment: Deployment, client: Client, seen: list[str]
) -> None:
    access_token = client.tokens()["access_token"]
    call_mcp(deployment, access_token)  # warm: the public keys are there
    seen.clear()
    assert call_mcp(deployment, access_token).status == 200

    assert seen == ["dynamodb GetItem"]


def test_a_call_of_a_protected_function_takes_one(client: Client, seen: list[str]) -> None:
    access_token = client.tokens(resource=f"{ORIGIN}/notes/mcp")["access_token"]
    function = Protected(protect(Behind(), resource="/notes/mcp"))
    headers = {"authorization": f"Bearer {access_token}"}
    function.ask("POST", "/notes/mcp", headers=headers)
    seen.clear()
    assert function.ask("POST", "/notes/mcp", headers=headers).status == 200

    assert seen == ["dynamodb GetItem"]


def test_a_call_without_a_token_takes_none(deployment: Deployment, seen: list[str]) -> None:
    call_mcp(deployment, None)
    call_mcp(deployment, "no.such.token")

    assert seen == []
