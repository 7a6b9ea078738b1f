"""`gatehouse keys`, against a stack that CloudFormation knows."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from gatehouse.aws.kms import KeyEncryption
from gatehouse.aws.services import KMS
from gatehouse.keys.sealing import unseal_key
from local.account import REGION
from local.engines import Engines
from tests.cli.conftest import Operator
from tests.cli.kept import DAY
from tests.stores import Stores


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-07-01T12:00:00Z", tick=False) as clock:
        yield clock


@pytest.fixture
def keys(operator: Operator, clock: time_machine.Traveller) -> list[dict[str, Any]]:
    """The signing key and the one that waits, two days after they were made."""
    operator.says("init", "--email", "ada@example.com", "--invite", "--no-doctor")
    clock.shift(2 * DAY)
    listed: list[dict[str, Any]] = operator.json("keys", "list")
    return listed


def states(operator: Operator) -> dict[str, str]:
    return {each["kid"]: each["state"] for each in operator.json("keys", "list")}


def test_keys_are_listed_in_the_order_in_which_they_sign(
    operator: Operator, keys: list[dict[str, Any]]
) -> None:
    assert [(each["state"], each["is_published"]) for each in keys] == [
        ("signs", True),
        ("waits", True),
    ]
    assert keys[1]["signs_from"] - keys[0]["signs_from"] == 90 * DAY
    rows = operator.says("keys", "list").splitlines()
    assert [row.split()[:2] for row in rows] == [
        ["KEY", "STATE"],
        [keys[0]["kid"], "signs"],
        [keys[1]["kid"], "waits"],
    ]
    assert rows[1].endswith("2026-07-01 12:00 UTC")


def test_a_rotation_has_the_next_key_sign_and_leaves_the_tokens_of_the_last_one_good(
    operator: Operator, keys: list[dict[str, Any]]
) -> None:
    said = operator.says("keys", "rotate", "--yes")

    old, new = (each["kid"] for each in keys)
    assert said == f"{new} signs now.\n"
    after = operator.json("keys", "list")
    assert [each["state"] for each in after] == ["signed", "signs", "waits"]
    assert [each["kid"] for each in after][:2] == [old, new]
    assert all(each["is_published"] for each in after)


def test_a_key_that_not_everybody_may_know_does_not_sign_yet(
    operator: Operator, keys: list[dict[str, Any]]
) -> None:
    operator.says("keys", "rotate", "--yes")
    before = states(operator)

    ended = operator.run("keys", "rotate", "--yes")

    assert ended.code == 1
    assert "may not be known everywhere before 2026-07-04 12:00 UTC" in ended.err
    assert states(operator) == before


@pytest.mark.parametrize("is_named", [True, False])
def test_a_key_that_is_not_trusted_is_gone_at_once(
    operator: Operator, keys: list[dict[str, Any]], is_named: bool
) -> None:
    old, new = (each["kid"] for each in keys)

    operator.says("keys", "rotate", "--yes", "--retire", *([old] if is_named else []))

    after = states(operator)
    assert old not in after
    assert after[new] == "signs"
    assert list(after.values()) == ["signs", "waits"]


def test_what_it_makes_the_functions_can_open(
    operator: Operator,
    keys: list[dict[str, Any]],
    stores: Stores,
    engines: Engines,
    key_arns: dict[str, str],
) -> None:
    client = KMS.client(REGION, endpoint=engines.kms.url)
    seal = KeyEncryption(client, key_arns["KeyEncryptionKey.Arn"])

    for key in stores.keys().all():
        assert unseal_key(key, seal)
    client.close()


def test_a_key_that_is_not_there_is_not_found(
    operator: Operator, keys: list[dict[str, Any]]
) -> None:
    ended = operator.run("keys", "rotate", "--yes", "--retire", "unknown")

    assert (ended.code, ended.err) == (3, "gatehouse: there is no key unknown\n")
    assert states(operator) == {each["kid"]: each["state"] for each in keys}


def test_a_stack_without_keys_says_so(operator: Operator) -> None:
    assert "no key yet" in operator.says("keys", "list")
    assert operator.run("keys", "rotate", "--yes", "--retire").code == 3
