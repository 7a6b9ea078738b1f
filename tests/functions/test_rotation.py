"""The rotation of the signing keys, with a clock that moves through it while tokens live."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jwt
import pytest
import time_machine

import gatehouse
from cli.log_lines import Line
from gatehouse import wiring
from gatehouse.keys.rotation import CLOCKS_APART, JWKS_LIFETIME
from gatehouse.scheduled import RunFailed
from local.seed import seal_signing_key
from tests.functions.actors import Client, call_mcp
from tests.functions.deployment import MCP_URL, ORIGIN, Deployment
from tests.functions.log_lines import counted, followed_log
from tests.functions.tables import Tables
from tests.functions.test_token import claims

JWKS = "/.well-known/jwks.json"
SCHEDULE = "RotateKeysDaily"
DAY = 86400
ROTATION = 90 * DAY
NEW_YEAR = datetime(2031, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def new_stack(deployment: Deployment, tables: Tables) -> Iterator[None]:
    """No key yet, and none left behind for the tests whose clock goes on from today."""
    forget_keys(tables)
    yield
    forget_keys(tables)


def forget_keys(tables: Tables) -> None:
    for item in signing_keys(tables):
        tables.delete("KeysTable", purpose="signing", kid=item["kid"]["S"])
    wiring.close()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NEW_YEAR, tick=False) as clock:
        yield clock


@dataclass
class ResourceServer:
    """A third party's API: it asks for our keys no more often than they may be cached."""

    deployment: Deployment
    _keys: jwt.PyJWKSet | None = None
    _until: float = 0
    fetches: list[int] = field(default_factory=list)

    def verify(self, access_token: str) -> dict[str, Any]:
        """The token's claims, by PyJWT alone."""
        kid = jwt.get_unverified_header(access_token)["kid"]
        key = self._cached()[kid]
        said: dict[str, Any] = jwt.decode(
            access_token, key, algorithms=["ES256"], audience=MCP_URL, issuer=ORIGIN
        )
        return said

    def _cached(self) -> jwt.PyJWKSet:
        now = wiring.now()
        if self._keys is None or now >= self._until:
            answer = self.deployment.ask("GET", JWKS)
            _, _, max_age = answer.headers["cache-control"].partition("public, max-age=")
            self._keys, self._until = jwt.PyJWKSet.from_dict(answer.json), now + int(max_age)
            self.fetches.append(now)
        return self._keys


def kid_of(access_token: str) -> str:
    return str(jwt.get_unverified_header(access_token)["kid"])


def published(deployment: Deployment) -> list[str]:
    return [key["kid"] for key in deployment.ask("GET", JWKS).json["keys"]]


def status(deployment: Deployment, access_token: str) -> int:
    return call_mcp(deployment, access_token).status


def sign_in(deployment: Deployment) -> str:
    return str(Client.register(deployment).tokens()["access_token"])


def signing_keys(tables: Tables) -> list[dict[str, Any]]:
    """What is stored of them, beside the keys that seal requestState."""
    return [each for each in tables.items("KeysTable") if each["purpose"]["S"] == "signing"]


def next_beginning(tables: Tables) -> int:
    beginnings = (int(key["signs_from"]["N"]) for key in signing_keys(tables))
    return min(each for each in beginnings if each > wiring.now())


def run_daily_until(deployment: Deployment, clock: time_machine.Traveller, moment: int) -> None:
    """Let the days go by, each with its run, up to `moment`."""
    while wiring.now() + DAY <= moment:
        clock.shift(DAY)
        deployment.run(SCHEDULE)
    clock.move_to(moment)


def test_tokens_live_through_three_rotations_and_others_verify_them_from_their_cache(
    deployment: Deployment, tables: Tables, clock: time_machine.Traveller
) -> None:
    third_party = ResourceServer(deployment)
    first = sign_in(deployment)
    stolen = wiring.signing_keys().signing_key()
    deployment.run(SCHEDULE)
    signed_with = [kid_of(first)]
    for _ in range(3):
        beginning = next_beginning(tables)
        run_daily_until(deployment, clock, beginning - JWKS_LIFETIME + 1)
        before = sign_in(deployment)
        assert third_party.verify(before)["sub"]
        seen = len(third_party.fetches)

        clock.move_to(beginning)
        after = sign_in(deployment)

        assert kid_of(before) == signed_with[-1]
        assert kid_of(after) not in signed_with
        signed_with.append(kid_of(after))
        # from the copy that was made before the new key signed for the first time
        assert third_party.verify(after)["sub"]
        assert len(third_party.fetches) == seen
        assert (status(deployment, before), status(deployment, after)) == (200, 200)

        deployment.run(SCHEDULE)
        clock.move_to(claims(before)["exp"] - 1)
        assert third_party.verify(before) == claims(before)
        assert (status(deployment, before), status(deployment, after)) == (200, 200)
        clock.shift(1)
        assert (status(deployment, before), status(deployment, after)) == (401, 200)
        assert len(published(deployment)) <= 4

    run_daily_until(deployment, clock, wiring.now() + 3 * DAY)
    assert len(set(signed_with)) == 4
    assert published(deployment)[0] == signed_with[-1]
    assert len(published(deployment)) == len(signing_keys(tables)) == 2
    # whoever had the first key signs nothing with it any more
    good_otherwise = claims(sign_in(deployment))
    headers = {"typ": "at+jwt", "kid": stolen.kid}
    forged = jwt.encode(good_otherwise, stolen.private_key, algorithm="ES256", headers=headers)
    assert status(deployment, forged) == 401
    with pytest.raises(KeyError):
        third_party.verify(forged)


def test_a_key_signs_for_as_long_as_the_parameter_says(
    deployment: Deployment, clock: time_machine.Traveller, tables: Tables
) -> None:
    first = sign_in(deployment)
    deployment.run(SCHEDULE)
    assert next_beginning(tables) == wiring.now() + ROTATION

    clock.shift(ROTATION - 1)
    assert kid_of(sign_in(deployment)) == kid_of(first)
    clock.shift(1)
    assert kid_of(sign_in(deployment)) != kid_of(first)


def test_signing_goes_on_when_the_schedule_does_not(
    deployment: Deployment, clock: time_machine.Traveller
) -> None:
    sign_in(deployment)
    deployment.run(SCHEDULE)
    second = published(deployment)[1]
    clock.shift(1000 * DAY)

    late = sign_in(deployment)
    assert kid_of(late) == second
    assert status(deployment, late) == 200
    assert published(deployment) == [second]  # the first is out of time, dropped or not
    deployment.run(SCHEDULE)
    assert len(published(deployment)) == 2
    assert status(deployment, late) == 200


def test_a_stack_without_a_key_gets_one_and_its_successor_from_the_schedule(
    deployment: Deployment, clock: time_machine.Traveller
) -> None:
    assert deployment.ask("GET", JWKS).headers["cache-control"] == "no-store"

    deployment.run(SCHEDULE)

    signs, waits = published(deployment)
    assert kid_of(sign_in(deployment)) == signs != waits
    deployment.run(SCHEDULE)
    assert published(deployment) == [signs, waits]


# ---- A key that is no longer trusted ---------------------------------------------------------


def test_a_retired_key_is_forgotten_by_everybody_within_five_minutes(
    deployment: Deployment, clock: time_machine.Traveller
) -> None:
    third_party = ResourceServer(deployment)
    deployment.run(SCHEDULE)
    signs, waits = published(deployment)
    clock.shift(DAY)
    token = sign_in(deployment)
    assert third_party.verify(token)
    assert status(deployment, token) == 200

    changed = wiring.key_upkeep().retire(signs)

    assert changed.dropped == [signs]
    assert published(deployment)[0] == waits
    assert signs not in published(deployment)
    clock.shift(JWKS_LIFETIME)
    assert status(deployment, token) == 401
    follows = sign_in(deployment)
    assert kid_of(follows) == waits
    assert third_party.verify(follows)
    with pytest.raises(KeyError):
        third_party.verify(token)


def test_the_next_key_is_known_to_third_parties_when_it_has_to_step_in(
    deployment: Deployment, clock: time_machine.Traveller
) -> None:
    deployment.run(SCHEDULE)
    third_party = ResourceServer(deployment)
    assert third_party.verify(sign_in(deployment))

    wiring.key_upkeep().retire(published(deployment)[0])
    wiring.close()  # a process that starts now

    assert third_party.verify(sign_in(deployment))
    assert len(third_party.fetches) == 1


def test_the_last_key_can_be_retired_and_so_can_one_twice(
    deployment: Deployment, clock: time_machine.Traveller
) -> None:
    token = sign_in(deployment)
    clock.shift(JWKS_LIFETIME)

    wiring.key_upkeep().retire(kid_of(token))
    again = wiring.key_upkeep().retire(kid_of(token))

    assert (again.made, again.dropped) == ([], [])
    assert status(deployment, sign_in(deployment)) == 200
    assert status(deployment, token) == 401


def test_a_warm_process_asks_for_keys_only_so_often(
    deployment: Deployment, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.run(SCHEDULE)
    client = Client.register(deployment)
    tokens = client.tokens()
    unknown = "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6IngifQ.e30." + "A" * 86
    looks: list[int] = []
    store = type(wiring.key_store())
    look = store.all

    def counting(self: Any) -> Any:
        looks.append(wiring.now())
        return look(self)

    monkeypatch.setattr(store, "all", counting)

    for _ in range(3):
        assert status(deployment, tokens["access_token"]) == 200
        tokens = client.refresh(tokens["refresh_token"]).json
        clock.shift(1)
    assert len(looks) == 1  # the first verification; the signing key is known
    for _ in range(8):
        assert status(deployment, unknown) == 401
        clock.shift(1)
    assert len(looks) == 3  # when it was five seconds old, and five seconds later
    clock.shift(JWKS_LIFETIME - 11)
    client.refresh(tokens["refresh_token"])
    assert len(looks) == 4


# ---- What the schedule's runs leave behind ---------------------------------------------------


def test_a_key_that_somebody_deleted_is_followed_at_once_by_the_next(
    deployment: Deployment, tables: Tables, clock: time_machine.Traveller
) -> None:
    deployment.run(SCHEDULE)
    signs, waits = published(deployment)
    tables.delete("KeysTable", purpose="signing", kid=signs)

    assert kid_of(sign_in(deployment)) == waits
    deployment.run(SCHEDULE)

    kept, following = published(deployment)
    assert kept == waits
    assert next_beginning(tables) == wiring.now() + ROTATION
    assert following != signs


def test_each_run_writes_one_line_and_counts_the_keys(
    deployment: Deployment, clock: time_machine.Traveller
) -> None:
    with followed_log() as written:
        deployment.run(SCHEDULE)
        clock.shift(ROTATION)
        deployment.run(SCHEDULE)
        deployment.run(SCHEDULE)
        clock.shift(DAY + CLOCKS_APART + JWKS_LIFETIME)
        deployment.run(SCHEDULE)

    assert [(line["outcome"], counted(line)) for line in written.lines] == [
        ("keys_rotated", {"KeyRotated": 2}),
        ("keys_rotated", {"KeyRotated": 1}),
        ("keys_unchanged", {}),
        ("keys_retired", {"KeyRetired": 1}),
    ]
    assert {line["job"] for line in written.lines} == {"rotate_keys"}
    # no step of any connection
    assert [Line.parse(text) for text in written.text.splitlines()] == [None] * 4
    assert written.lines[0]["made"][0] == written.lines[-1]["dropped"][0]


def test_a_run_that_fails_says_so_and_fails_the_invocation(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiring.close()
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1")
    with followed_log() as written, pytest.raises(RunFailed, match="rotate_keys"):
        deployment.run(SCHEDULE)

    (line,) = written.lines
    assert (line["level"], line["outcome"], counted(line)) == ("ERROR", "failed", {"Failed": 1})
    assert "Unavailable" in line["failures"][0]


# ---- Elsewhere -------------------------------------------------------------------------------


def test_the_local_stack_signs_with_its_own_key_at_every_start(
    deployment: Deployment, clock: time_machine.Traveller, tmp_path: Path
) -> None:
    """Its KMS has forgotten what sealed the others, so none of them may begin to sign."""
    deployment.run(SCHEDULE)
    (before, waits) = published(deployment)
    clock.shift(1)

    for _ in range(2):
        seal_signing_key(None, state=tmp_path)
        wiring.close()
        clock.shift(1)

    own = kid_of(sign_in(deployment))
    assert published(deployment) == [before, own]
    assert own != waits


def test_whoever_only_verifies_loads_nothing_that_reads_private_keys() -> None:
    program = (
        "import sys, gatehouse.keys.signing_keys\n"
        "print(*sorted({'gatehouse.keys.sealing', 'gatehouse.keys.upkeep',"
        " 'cryptography.hazmat.primitives.serialization.base'} & set(sys.modules)))"
    )
    path = {"PYTHONPATH": str(Path(gatehouse.__file__).parents[1])}

    loaded = subprocess.check_output([sys.executable, "-c", program], env=os.environ | path)

    assert loaded.split() == []
