"""The seal of `requestState`: what it opens, what it refuses, and the key that all share."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatehouse import base64url
from gatehouse.aws.client import AwsClient, AwsError
from gatehouse.aws.kms import KeyEncryption
from gatehouse.aws.services import KMS
from gatehouse.keys.request_state_key import RequestStateKey
from gatehouse.keys.request_states import LIFETIME, PERIOD, RequestStates
from local.account import REGION
from local.engines import Engines
from local.seed import create_key
from tests.functions.aws_calls import counted_calls
from tests.stores import Stores

CALLERS = 8
NOW = 700 * PERIOD + 1000
BOUND = b"person-1 client-1 greet"


@dataclass
class Processes:
    """Processes of one stack; each has a clock of its own, which starts with everybody's."""

    stores: Stores
    kms: str
    kms_key: str
    open: list[AwsClient]
    now: int = NOW

    def start(self) -> RequestStates:
        client = KMS.client(REGION, endpoint=self.kms)
        self.open.append(client)
        seal = KeyEncryption(client, self.kms_key)
        return RequestStates(self.stores.request_state_keys(), seal, lambda: self.now)

    def stored(self) -> list[RequestStateKey]:
        return sorted(self.stores.request_state_keys().all(), key=lambda key: key.period)


@pytest.fixture
def processes(stores: Stores, engines: Engines) -> Iterator[Processes]:
    store = stores.request_state_keys()
    for key in store.all():
        store.remove(key)
    made = Processes(stores, engines.kms.url, create_key(endpoint=engines.kms.url), [])
    yield made
    for client in made.open:
        client.close()


def refused(states: RequestStates, sealed: str, bound_to: bytes = BOUND) -> bool:
    try:
        states.unseal(sealed, bound_to=bound_to)
    except ValueError:
        return True
    return False


def test_what_one_process_sealed_every_other_opens(processes: Processes) -> None:
    one, other = processes.start(), processes.start()

    @settings(max_examples=50)
    @given(st.binary(max_size=300), st.binary(max_size=50))
    def opens(plain: bytes, bound_to: bytes) -> None:
        assert other.unseal(one.seal(plain, bound_to=bound_to), bound_to=bound_to) == plain

    opens()


def test_a_state_with_any_character_changed_is_refused(processes: Processes) -> None:
    states = processes.start()
    sealed = states.seal(b'{"answers":{}}', bound_to=BOUND)

    for at, character in enumerate(sealed):
        other = "A" if character != "A" else "B"
        assert refused(states, sealed[:at] + other + sealed[at + 1 :])


def test_a_state_with_anything_taken_or_added_is_refused(processes: Processes) -> None:
    states = processes.start()
    sealed = states.seal(b'{"answers":{}}', bound_to=BOUND)

    for length in range(len(sealed)):
        assert refused(states, sealed[:length])
    for added in ("-TAMPERED", "A", "=", " ", "\n", "é"):
        assert refused(states, sealed + added)
        assert refused(states, added + sealed)


def test_what_nobody_sealed_is_refused_and_makes_no_key(processes: Processes) -> None:
    states = processes.start()

    @settings(max_examples=50)
    @given(st.text(max_size=80))
    def refuses(invented: str) -> None:
        assert refused(states, invented)

    refuses()
    assert processes.stored() == []


@pytest.mark.parametrize("other", [b"", b"person-2 client-1 greet", BOUND + b" ", BOUND[:-1]])
def test_a_state_is_refused_where_it_does_not_belong(processes: Processes, other: bytes) -> None:
    states = processes.start()

    assert refused(states, states.seal(b"answers", bound_to=BOUND), other)


def test_a_state_expires(processes: Processes) -> None:
    states = processes.start()
    sealed = states.seal(b"answers", bound_to=BOUND)

    processes.now = NOW + LIFETIME - 1
    assert states.unseal(sealed, bound_to=BOUND) == b"answers"
    processes.now = NOW + LIFETIME
    assert refused(states, sealed)


def test_the_same_is_never_sealed_the_same_way(processes: Processes) -> None:
    states = processes.start()

    assert states.seal(b"answers", bound_to=BOUND) != states.seal(b"answers", bound_to=BOUND)


def test_processes_that_start_at_once_share_the_first_key(processes: Processes) -> None:
    barrier = Barrier(CALLERS)
    started = [processes.start() for _ in range(CALLERS)]

    def seal(states: RequestStates) -> str:
        barrier.wait()
        return states.seal(b"answers", bound_to=BOUND)

    with ThreadPoolExecutor(CALLERS) as pool:
        sealed = list(pool.map(seal, started))

    assert len(processes.stored()) == 1
    for states in (*started, processes.start()):
        assert [states.unseal(each, bound_to=BOUND) for each in sealed] == [b"answers"] * CALLERS


def test_a_state_outlives_the_key_that_sealed_it(processes: Processes) -> None:
    processes.now = 701 * PERIOD - 1
    old, late = processes.start(), processes.start()
    sealed = old.seal(b"answers", bound_to=BOUND)
    late.seal(b"others", bound_to=BOUND)

    processes.now = 701 * PERIOD
    new = processes.start()
    of_the_new_key = new.seal(b"more", bound_to=BOUND)

    assert [key.period for key in processes.stored()] == [700, 701]
    for states in (old, late, new):
        assert states.unseal(sealed, bound_to=BOUND) == b"answers"
        assert states.unseal(of_the_new_key, bound_to=BOUND) == b"more"


def test_a_key_takes_the_place_of_the_one_before_the_last(processes: Processes) -> None:
    states = processes.start()
    for period in (700, 701, 702, 705):
        processes.now = period * PERIOD
        states.seal(b"answers", bound_to=BOUND)

    assert [key.period for key in processes.stored()] == [702, 705]


def test_a_process_whose_clock_is_behind_seals_with_the_newest_key(processes: Processes) -> None:
    processes.now = 701 * PERIOD
    processes.start().seal(b"answers", bound_to=BOUND)
    processes.now = 701 * PERIOD - 1
    behind = processes.start()

    assert behind.unseal(behind.seal(b"late", bound_to=BOUND), bound_to=BOUND) == b"late"
    assert [key.period for key in processes.stored()] == [701]


def test_a_key_never_takes_the_place_of_a_later_one(stores: Stores, processes: Processes) -> None:
    store = stores.request_state_keys()
    assert store.add(RequestStateKey(702, b"later", NOW))

    assert not store.add(RequestStateKey(700, b"earlier", NOW))
    assert not store.add(RequestStateKey(702, b"another", NOW))
    assert [key.sealed_key for key in store.all()] == [b"later"]


def test_a_key_that_is_removed_is_forgotten_within_five_minutes(processes: Processes) -> None:
    states = processes.start()
    sealed = states.seal(b"answers", bound_to=BOUND)
    processes.stores.request_state_keys().remove(processes.stored()[0])

    processes.now = NOW + 300
    assert refused(states, sealed)
    assert states.unseal(states.seal(b"new", bound_to=BOUND), bound_to=BOUND) == b"new"


def test_a_warm_process_asks_nobody(processes: Processes) -> None:
    states = processes.start()
    sealed = states.seal(b"answers", bound_to=BOUND)

    with counted_calls() as calls:
        states.unseal(sealed, bound_to=BOUND)
        states.seal(b"answers", bound_to=BOUND)
    assert not calls


def test_a_state_of_a_period_that_cannot_be_costs_nothing(processes: Processes) -> None:
    processes.now = NOW + 5 * PERIOD
    sealed = processes.start().seal(b"answers", bound_to=BOUND)
    processes.now = NOW

    with counted_calls() as calls:
        assert refused(processes.start(), sealed)
    assert not calls


def test_what_is_sealed_does_not_show_what_it_says(processes: Processes) -> None:
    plain = b"a long answer that only the person and the tool may read"
    sealed = processes.start().seal(plain, bound_to=BOUND)

    assert plain not in base64url.decode(sealed)


def test_a_key_is_bound_to_its_purpose_and_period(processes: Processes) -> None:
    states = processes.start()
    states.seal(b"answers", bound_to=BOUND)
    (key,) = processes.stored()
    client = processes.open[-1]
    seal = KeyEncryption(client, processes.kms_key)

    its_own = {"purpose": "request-state", "period": "700"}
    assert len(seal.unseal(key.sealed_key, context=its_own)) == 32
    for context in ({"kid": "even"}, {**its_own, "period": "702"}, {**its_own, "purpose": "other"}):
        with pytest.raises(AwsError):
            seal.unseal(key.sealed_key, context=context)
