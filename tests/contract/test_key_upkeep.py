"""The signing keys under rotations at once, cut off anywhere, and beside first token requests."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar

import pytest

from gatehouse.aws.client import AwsClient
from gatehouse.aws.kms import KeyEncryption
from gatehouse.aws.services import KMS
from gatehouse.keys.rotation import Plan, plan, published_keys, signing_key
from gatehouse.keys.sealed_keys import SealedKey
from gatehouse.keys.signing_keys import SigningKeys
from gatehouse.keys.upkeep import KeyUpkeep, Rotation
from gatehouse.storage.keys import DynamoDBKeyStore
from local.account import REGION
from local.engines import Engines
from local.seed import create_key
from tests.stores import Stores

CALLERS = 20
NOW = 1_800_000_000
DAY = 86400
LIFETIME = 90 * DAY

_T = TypeVar("_T")


class Keys:
    """The table of keys and the key above it; each call makes clients of its own."""

    def __init__(self, stores: Stores, kms: str, kms_key: str) -> None:
        self._stores = stores
        self._kms = kms
        self._kms_key = kms_key
        self._open: list[AwsClient] = []

    def all(self) -> list[SealedKey]:
        return list(self._stores.keys().all())

    def upkeep(self, now: int = NOW, store: Any = None) -> KeyUpkeep:
        return KeyUpkeep(
            store or self._stores.keys(), self._seal(), lambda: now, key_lifetime=LIFETIME
        )

    def signing(self, now: int = NOW) -> SigningKeys:
        return SigningKeys(self._stores.keys(), self._seal(), lambda: now)

    def waiting(self, now: int = NOW) -> list[str]:
        return [key.kid for key in self.all() if key.signs_from > now]

    def are_well(self, now: int = NOW) -> bool:
        """Whether one key signs, one waits, and nothing is left to do."""
        keys = self.all()
        opened = self.signing(now).signing_key()
        return (
            opened.kid == signing_key(keys, now).kid
            and len(self.waiting(now)) == 1
            and plan(keys, now, LIFETIME) == Plan()
        )

    def _seal(self) -> KeyEncryption:
        client = KMS.client(REGION, endpoint=self._kms)
        self._open.append(client)
        return KeyEncryption(client, self._kms_key)

    def close(self) -> None:
        for client in self._open:
            client.close()


@pytest.fixture
def keys(stores: Stores, engines: Engines) -> Iterator[Keys]:
    store = stores.keys()
    for key in store.all():
        store.remove(key)
    keys = Keys(stores, engines.kms.url, create_key(endpoint=engines.kms.url))
    yield keys
    keys.close()


@pytest.fixture
def atomic(engines: Engines) -> None:
    if engines.dynamodb.name != "dynoxide":
        pytest.skip("npm has no atomic engine for this machine, and moto is none")


def at_once(*calls: Callable[[], _T]) -> list[_T]:
    barrier = Barrier(len(calls))

    def run(call: Callable[[], _T]) -> _T:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.usefixtures("atomic")
@pytest.mark.parametrize("round_", range(3))
def test_many_rotations_at_once_leave_one_key_waiting(keys: Keys, round_: int) -> None:
    kid = keys.signing().signing_key().kid

    at_once(*[keys.upkeep().rotate for _ in range(CALLERS)])

    assert len(keys.all()) == 2
    assert keys.signing().signing_key().kid == kid
    assert keys.are_well()


@pytest.mark.usefixtures("atomic")
def test_first_token_requests_and_the_schedule_at_once_leave_every_tokens_key_published(
    keys: Keys,
) -> None:
    def first_token() -> str:
        return keys.signing().signing_key().kid

    def rotate() -> str:
        keys.upkeep().rotate()
        return ""

    used = set(at_once(*[first_token] * (CALLERS // 2), *[rotate] * (CALLERS // 2))) - {""}

    assert used <= {key.kid for key in published_keys(keys.all(), NOW)}
    assert keys.are_well()
    # each rival has its time, and then goes
    later = NOW + 3 * DAY
    keys.upkeep(later).rotate()
    assert len(keys.all()) == 2
    assert keys.are_well(later)


@pytest.mark.usefixtures("atomic")
def test_a_retirement_in_the_middle_of_rotations_is_one(keys: Keys) -> None:
    keys.upkeep().rotate()
    retired = keys.signing().signing_key().kid

    def retire() -> Rotation:
        return keys.upkeep().retire(retired)

    at_once(*[retire] * (CALLERS // 2), *[keys.upkeep().rotate for _ in range(CALLERS // 2)])

    assert retired not in {key.kid for key in keys.all()}
    assert keys.are_well()
    assert len(keys.all()) == 2


# ---- Cut off ---------------------------------------------------------------------------------


class CutOff(Exception):
    """The process ended."""


class EndsAfter:
    """A store in front of the real one, whose process ends after so many writes."""

    def __init__(self, store: DynamoDBKeyStore, writes: int) -> None:
        self._store = store
        self._left = writes

    def __getattr__(self, name: str) -> Any:
        if name != "all":
            if not self._left:
                raise CutOff
            self._left -= 1
        return getattr(self._store, name)


def cut_off(keys: Keys, stores: Stores, run: Callable[[KeyUpkeep], object], now: int) -> bool:
    """Run it again and again, each time one write further; whether it was ever cut off."""
    for writes in range(10):
        try:
            run(keys.upkeep(now, EndsAfter(stores.keys(), writes)))
        except CutOff:
            # whatever was left undone: there is a key to sign with, once there was one
            assert not keys.all() or signing_key(keys.all(), now) in published_keys(keys.all(), now)
        else:
            return writes > 0
    raise AssertionError("it never got to its end")


def test_a_rotation_that_is_cut_off_anywhere_is_finished_by_the_next(
    keys: Keys, stores: Stores
) -> None:
    for now in (NOW, NOW + LIFETIME, NOW + LIFETIME + 2 * DAY):
        assert cut_off(keys, stores, KeyUpkeep.rotate, now)
        assert keys.are_well(now)


@pytest.mark.parametrize("which", [0, 1])
def test_a_retirement_that_is_cut_off_anywhere_is_finished_by_the_next(
    keys: Keys, stores: Stores, which: int
) -> None:
    keys.upkeep().rotate()
    retired = sorted(keys.all(), key=lambda key: key.signs_from)[which].kid

    assert cut_off(keys, stores, lambda upkeep: upkeep.retire(retired), NOW + 10)

    assert retired not in {key.kid for key in keys.all()}
    assert keys.are_well(NOW + 10)


def test_a_key_made_in_the_second_of_its_retirement_goes_too(keys: Keys) -> None:
    kid = keys.signing().signing_key().kid

    keys.upkeep().retire(kid)

    assert kid not in {key.kid for key in keys.all()}
    assert keys.are_well()
