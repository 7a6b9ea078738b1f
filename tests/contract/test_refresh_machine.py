"""Refreshing under every order of events: no session is lost, no grant comes back to life.

A machine plays holders of one grant's tokens, operators, a network that loses answers and processes
that die, all on the engine whose writes are atomic (refresh_machine.py). Every request is stopped
before each attempt to reach storage, so that others come between its read and its write.
"""

import json
from collections.abc import Callable, Collection
from itertools import count
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from gatehouse.aws.client import AwsClient
from gatehouse.errors import InvalidGrant
from gatehouse.oauth.grants import Grant, Standing, standing
from gatehouse.oauth.token_endpoint import refresh as refreshing
from gatehouse.oauth.tokens import presented_tokens
from gatehouse.storage.grants import DynamoDBGrantStore
from gatehouse.storage.table import Table
from local.engines import Engines
from tests.contract.interleaving import Request
from tests.contract.refresh_machine import THEMES, Sessions
from tests.stores import Stores

EXAMPLES = 25  # for each theme


@pytest.fixture(autouse=True)
def atomic(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    if engines.dynamodb.name != "dynoxide":
        pytest.skip("npm has no atomic engine for this machine, and moto is none")
    # what was lost is tried again at once: the order of events is the machine's
    monkeypatch.setattr("gatehouse.aws.client._FIRST_PAUSE_SECONDS", 0)


def explore(
    engine: AwsClient, theme: str, *, examples: int, phases: Collection[Phase] = tuple(Phase)
) -> None:
    """Let the machine run; fails with the shortest story that it found to go wrong."""

    class OnThisEngine(Sessions):
        def __init__(self) -> None:
            super().__init__(engine, theme)

    run_state_machine_as_test(
        OnThisEngine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=30,
            phases=phases,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("theme", THEMES)
def test_no_session_is_lost_and_no_grant_comes_back_when(stores: Stores, theme: str) -> None:
    explore(stores.client(), theme, examples=EXAMPLES)


# ---- What the machine is worth: broken code does not get past it ----------------------------


def weakened(part: str, weaker: str) -> Callable[[pytest.MonkeyPatch], None]:
    """Writes do not insist on one part of their condition."""

    def break_it(monkeypatch: pytest.MonkeyPatch) -> None:
        update = Table.update

        def careless(table: Table, *arguments: Any, condition: str, **named: Any) -> Any:
            return update(table, *arguments, condition=condition.replace(part, weaker), **named)

        monkeypatch.setattr(Table, "update", careless)

    return break_it


def misjudged(wrong: dict[Standing, Standing]) -> Callable[[pytest.MonkeyPatch], None]:
    """A refresh token is taken for something else."""

    def judge(*arguments: Any, **named: Any) -> Standing:
        right = standing(*arguments, **named)
        return wrong.get(right, right)

    return lambda monkeypatch: monkeypatch.setattr(presented_tokens, "standing", judge)


def a_second_attempt_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    names = (f"another each time: {n}" for n in count())
    attempt = Request.attempt

    def renamed(request: Request, operation: str, body: bytes) -> dict[str, Any]:
        values = json.loads(body)
        if ":redemption" in values.get("ExpressionAttributeValues", {}):
            values["ExpressionAttributeValues"][":redemption"] = {"S": next(names)}
            body = json.dumps(values).encode()
        return attempt(request, operation, body)

    monkeypatch.setattr(Request, "attempt", renamed)


def the_grace_decides_a_race(monkeypatch: pytest.MonkeyPatch) -> None:
    rotate = refreshing._rotate

    def impatient(*arguments: Any) -> Grant:
        after, issuance, presented = rotate(*arguments), arguments[-1], arguments[-2]
        assert after.refresh_token
        grace, now = issuance.policy.retry_grace, issuance.now
        if standing(after.refresh_token, presented, grace=grace, now=now) is Standing.LATE:
            raise InvalidGrant("too late")
        return after

    monkeypatch.setattr(refreshing, "_rotate", impatient)


def access_tokens_outlive_the_grant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Grant, "is_live", lambda grant, now: now < grant.expires_at)


def nothing_is_revoked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DynamoDBGrantStore, "revoke", lambda *_: None)


BREAKS: dict[str, tuple[str, Callable[[pytest.MonkeyPatch], None]]] = {
    "a rotation of what is not current": (
        "refresh",
        weakened(
            "refresh_token.current_hash = :previous_hash",
            "(refresh_token.current_hash = :previous_hash OR attribute_exists(grant_id))",
        ),
    ),
    "a rotation of what is revoked": (
        "operator",
        weakened(" AND attribute_not_exists(revoked_at)", ""),
    ),
    "a code redeemed twice": ("codes", weakened(" AND attribute_not_exists(code.used_at)", "")),
    "a second attempt at a code unknown": ("codes", a_second_attempt_is_not_known),
    "no grace": ("refresh", misjudged({Standing.RETRY: Standing.LATE})),
    "endless grace": ("refresh", misjudged({Standing.LATE: Standing.RETRY})),
    "a race that the grace decides": ("haste", the_grace_decides_a_race),
    "an old token forgiven": ("refresh", misjudged({Standing.REUSE: Standing.RETRY})),
    "an old token unknown": ("refresh", misjudged({Standing.REUSE: Standing.UNKNOWN})),
    "one reason for both": ("refresh", misjudged({Standing.LATE: Standing.REUSE})),
    "a revocation that access tokens outlive": ("operator", access_tokens_outlive_the_grant),
    "a replay that ends nothing": ("replay", nothing_is_revoked),
    "reuse that ends nothing": ("refresh", nothing_is_revoked),
}


@pytest.mark.parametrize("name", BREAKS)
def test_it_finds(stores: Stores, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    theme, break_it = BREAKS[name]
    break_it(monkeypatch)

    with pytest.raises((AssertionError, InvalidTag)):
        explore(stores.client(), theme, examples=5 * EXAMPLES, phases=[Phase.generate])
