"""How many calls to DynamoDB a request waits for: a refresh 3, a code exchange 4, an MCP call 1.

Counted for a warm process, which knows its keys and has its connection; what a cold one adds is
counted beside it. A day after its last use, the use of a client is written down, which is a call.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

import pytest
import time_machine

from gatehouse import wiring
from gatehouse.protect import protect
from local.engines import Engines
from tests.functions.actors import Client, call_mcp
from tests.functions.aws_calls import counted_calls
from tests.functions.busy_dynamodb import busy_dynamodb
from tests.functions.deployment import ORIGIN, Answer, Deployment, basic
from tests.functions.protected import Behind, Protected

A_DAY = 86400
READ, WRITE, QUERY = "dynamodb BatchGetItem", "dynamodb UpdateItem", "dynamodb Query"


@pytest.fixture
def clock(client: Client) -> Iterator[time_machine.Traveller]:
    """A clock that stands, in a process that is warm; its client was used this moment."""
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        call_mcp(client.deployment, client.tokens()["access_token"])
        yield clock


@pytest.fixture
def used(clock: time_machine.Traveller, deployment: Deployment) -> Client:
    """A client whose use was noted this moment."""
    return Client.register(deployment)


def calls_of(ask: Callable[[], Answer], status: int) -> Counter[str]:
    with counted_calls() as calls:
        answer = ask()
    assert answer.status == status, answer.text
    return calls


@pytest.mark.parametrize(("age", "noted"), [(0, 0), (A_DAY, 1)])
def test_a_refresh_is_one_read_and_one_write_and_once_a_day_one_more(
    clock: time_machine.Traveller, used: Client, client: Client, age: int, noted: int
) -> None:
    refresh_token = used.tokens()["refresh_token"]
    clock.shift(age)
    client.tokens()  # the process is warm again: it looked at its keys just now

    assert calls_of(lambda: used.refresh(refresh_token), 200) == {READ: 1, WRITE: 1 + noted}


def test_a_retry_is_one_read(clock: time_machine.Traveller, used: Client) -> None:
    refresh_token = used.tokens()["refresh_token"]
    used.refresh(refresh_token)

    assert calls_of(lambda: used.refresh(refresh_token), 200) == {READ: 1}


def test_a_retry_that_comes_when_a_use_is_due_is_one_read_and_one_write(
    clock: time_machine.Traveller, used: Client
) -> None:
    refresh_token = used.tokens()["refresh_token"]
    clock.shift(A_DAY - 1)
    used.refresh(refresh_token)
    clock.shift(1)

    assert calls_of(lambda: used.refresh(refresh_token), 200) == {READ: 1, WRITE: 1}


@pytest.mark.parametrize(("age", "noted"), [(60, 0), (A_DAY, 1)])
def test_reuse_is_found_with_one_read_and_ended_with_one_write(
    clock: time_machine.Traveller, used: Client, age: int, noted: int
) -> None:
    refresh_token = used.tokens()["refresh_token"]
    used.refresh(refresh_token)
    clock.shift(age)

    assert calls_of(lambda: used.refresh(refresh_token), 400) == {READ: 1, WRITE: 1 + noted}


def test_a_token_that_is_refused_costs_one_read(used: Client) -> None:
    grant, family, turn = used.tokens()["refresh_token"].split(".")

    for invented in (f"{grant}.{family[::-1]}.{turn}", "gtr_no-such-grant.a.b"):
        assert calls_of(partial(used.refresh, invented), 400) == {READ: 1}


def test_an_exchange_is_one_read_and_one_write(used: Client) -> None:
    code = used.authorize()["code"]

    assert calls_of(lambda: used.exchange(code), 200) == {READ: 1, WRITE: 1}


def test_a_replayed_code_is_one_read_and_one_write(used: Client) -> None:
    code = used.authorize()["code"]
    used.exchange(code)

    assert calls_of(lambda: used.exchange(code), 400) == {READ: 1, WRITE: 1}


def test_an_exchange_when_a_use_is_due_is_one_write_more(
    clock: time_machine.Traveller, deployment: Deployment
) -> None:
    clock.shift(30 - A_DAY)
    client = Client.register(deployment)
    clock.shift(A_DAY - 30)  # the use is due at the exchange, and not when it was authorized
    code = client.authorize()["code"]
    clock.shift(30)

    assert calls_of(lambda: client.exchange(code), 200) == {READ: 1, WRITE: 2}


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
def test_a_client_with_a_secret_is_read_along_as_well(
    clock: time_machine.Traveller, deployment: Deployment, method: str
) -> None:
    client = Client.register(deployment, token_endpoint_auth_method=method)
    secret = client.registration["client_secret"]
    form = {"grant_type": "refresh_token", "refresh_token": "gtr_no-such-grant.a.b"}
    headers = {}
    if method == "client_secret_basic":
        headers["authorization"] = basic(client.client_id, secret)
    else:
        form |= {"client_id": client.client_id, "client_secret": secret}

    assert calls_of(lambda: deployment.ask("POST", "/token", headers=headers, form=form), 400) == {
        READ: 1
    }


def test_a_validated_mcp_call_is_one_read(deployment: Deployment, used: Client) -> None:
    access_token = used.tokens()["access_token"]
    call_mcp(deployment, access_token)

    assert calls_of(lambda: call_mcp(deployment, access_token), 200) == {"dynamodb GetItem": 1}


def test_an_mcp_call_without_a_token_is_none(deployment: Deployment, used: Client) -> None:
    assert calls_of(lambda: call_mcp(deployment, None), 401) == {}


def test_a_cold_process_reads_its_keys_once_more(deployment: Deployment, used: Client) -> None:
    code = used.authorize()["code"]
    keys = {QUERY: 1, "kms Decrypt": 1}

    wiring.close()
    exchanged = calls_of(lambda: used.exchange(code), 200)
    tokens = used.tokens()
    wiring.close()
    refreshed = calls_of(lambda: used.refresh(tokens["refresh_token"]), 200)
    wiring.close()
    called = calls_of(lambda: call_mcp(deployment, tokens["access_token"]), 200)

    assert exchanged == {READ: 1, WRITE: 1, **keys}
    assert refreshed == {READ: 1, WRITE: 1, **keys}
    assert called == {QUERY: 1, "dynamodb GetItem": 1}


def test_what_a_busy_table_leaves_out_is_read_by_itself(
    engines: Engines, used: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, refresh_token = used.authorize()["code"], used.tokens()["refresh_token"]
    wiring.close()
    with busy_dynamodb(engines.dynamodb.url) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", url)
        used.exchange(code)
        refreshed = calls_of(lambda: used.refresh(refresh_token), 200)
        wiring.close()

    assert refreshed == {READ: 1, "dynamodb GetItem": 2, WRITE: 1}


def test_a_call_of_a_protected_function_takes_one(used: Client) -> None:
    access_token = used.tokens(resource=f"{ORIGIN}/notes/mcp")["access_token"]
    function = Protected(protect(Behind(), resource="/notes/mcp"))
    headers = {"authorization": f"Bearer {access_token}"}
    function.ask("POST", "/notes/mcp", headers=headers)
    ask = partial(function.ask, "POST", "/notes/mcp", headers=headers)

    assert calls_of(ask, 200) == {"dynamodb GetItem": 1}
