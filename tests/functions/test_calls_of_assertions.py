"""What authentication by a key, and each grant for machines, ask of DynamoDB."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from gatehouse.aws.client import AwsClient
from tests.functions.actors import Client, call_mcp
from tests.functions.deployment import Answer, Deployment
from tests.functions.machines import (
    IdentityProvider,
    assistant,
    exchange_assertion,
    key_client,
    key_machine,
    machine,
)

Calls = Callable[[Callable[[], Answer]], list[str]]


@pytest.fixture
def calls(deployment: Deployment, client: Client, monkeypatch: pytest.MonkeyPatch) -> Calls:
    """What is asked of DynamoDB while something is done by functions that are warm."""
    call_mcp(deployment, client.tokens()["access_token"])
    seen: list[str] = []
    call = AwsClient.call

    def noted(client: AwsClient, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        tables = request.get("RequestItems") or [request.get("TableName", "")]
        named = " ".join(table.removesuffix("Table") for table in tables)
        seen.append(f"{operation} {named}")
        return call(client, operation, request)

    def count(act: Callable[[], Answer]) -> list[str]:
        seen.clear()
        answer = act()
        assert answer.status == 200, answer.text
        return list(seen)

    monkeypatch.setattr(AwsClient, "call", noted)
    return count


FIND = "GetItem Clients"
REMEMBER = "PutItem Replays"
FIND_BOTH = "BatchGetItem Clients Grants"
CHANGE = "UpdateItem Grants"


def test_a_client_without_assertions_asks_nothing_more(client: Client, calls: Calls) -> None:
    code = client.authorize()["code"]
    assert calls(lambda: client.exchange(code)) == [FIND_BOTH, CHANGE]
    token = client.tokens()["refresh_token"]
    assert calls(lambda: client.refresh(token)) == [FIND_BOTH, CHANGE]


def test_an_assertion_costs_one_write(deployment: Deployment, calls: Calls) -> None:
    client = key_client(deployment)
    code = client.authorize()["code"]
    tokens: list[str] = []

    def exchange() -> Answer:
        answer = client.exchange(code, **client.assertion())
        tokens.append(answer.json["refresh_token"])
        return answer

    assert calls(exchange) == [FIND_BOTH, REMEMBER, CHANGE]
    refreshed = calls(lambda: client.refresh(tokens[0], **client.assertion()))
    assert refreshed == [FIND_BOTH, REMEMBER, CHANGE]


def test_an_assertion_on_the_day_that_a_use_is_noted_is_a_fourth_call(
    deployment: Deployment, client: Client, calls: Calls
) -> None:
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        signs = key_client(deployment)
        token = signs.exchange(signs.authorize()["code"], **signs.assertion()).json["refresh_token"]
        clock.shift(86400)
        client.tokens()  # the process is warm again: it looked at its keys just now
        refreshed = calls(lambda: signs.refresh(token, **signs.assertion()))

    assert refreshed == [FIND_BOTH, "UpdateItem Clients", REMEMBER, CHANGE]


def test_a_token_for_a_machine_costs_a_read_and_a_write(
    deployment: Deployment, calls: Calls
) -> None:
    by_secret, by_key = machine(deployment), key_machine(deployment)

    assert calls(by_secret.ask) == [FIND, "PutItem Grants"]
    assert calls(by_key.ask) == [FIND, REMEMBER, "PutItem Grants"]


def test_a_token_for_an_assertion_costs_a_write_more(
    deployment: Deployment, provider: IdentityProvider, calls: Calls
) -> None:
    app = assistant(deployment)
    token = exchange_assertion(app, provider.assertion(app)).json["access_token"]

    exchanged = calls(lambda: exchange_assertion(app, provider.assertion(app)))

    assert exchanged == [FIND, REMEMBER, "PutItem Grants"]
    assert calls(lambda: call_mcp(deployment, token)) == ["GetItem Grants"]
