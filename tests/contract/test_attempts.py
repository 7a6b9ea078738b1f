"""Tries at passwords on a real engine: what is counted, by whomever at once, and who is let in."""

from dataclasses import asdict, replace

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatehouse.oauth.secret_values import new_identifier
from gatehouse.signin.attempts import Slowed, try_password
from gatehouse.signin.devices import REMEMBERED, hash_device, remember_device
from gatehouse.signin.people import Person
from gatehouse.signin.slow_downs import Counter, Failures, known_browser, strange_browsers, wait
from gatehouse.storage.attempts import DynamoDBAttemptStore
from tests.contract.test_races import at_once
from tests.contract.test_storage import Forgetful
from tests.stores import Stores

NOW = 1_800_000_000
NETWORKS = ("198.51.100.0/24", "203.0.113.0/24", "2001:db8:1::/48")
PASSWORD = "correct horse battery"
# the least that argon2 can do: what is tried here is not how long it takes
QUICK_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def new_person(stores: Stores) -> Person:
    email = f"{new_identifier().lower()}@example.com"
    person = Person(new_identifier(), email, QUICK_HASH)
    assert stores.people().add(person)
    return person


def put_failures(stores: Stores, counter: Counter, failures: Failures) -> None:
    """As if there had been so many, for tests that are not about how they are counted."""
    item = {"id": f"failures#{counter.name}", "expires_at": counter.expires_at}
    stores.table("UsersTable").put(item | asdict(failures))


def try_at(
    stores: Stores,
    email: str,
    password: str,
    *,
    network: str = NETWORKS[0],
    device: str | None = None,
    now: int = NOW,
) -> Person | Slowed | None:
    return try_password(
        email, password, network=network, device=device, attempts=stores.attempts(), now=now
    )


def test_one_read_tells_all_that_a_try_is_judged_by(stores: Stores) -> None:
    person, attempts = new_person(stores), stores.attempts()
    counters = strange_browsers(person.email, NETWORKS[0], now=NOW)
    device = remember_device(person, None, attempts=attempts, now=NOW)
    own, _ = known_browser(person.email, device, now=NOW)
    attempts.count(own, now=NOW + 7)

    seen = attempts.look_up(person.email, hash_device(person.email, device), (*counters, own))

    assert seen.person == person
    assert seen.device
    assert (seen.device.subject, seen.device.expires_at) == (person.subject, NOW + REMEMBERED)
    assert seen.failures == dict.fromkeys(counters, Failures()) | {own: Failures(1, NOW + 7)}
    nobody = attempts.look_up("nobody@example.com", None, counters)
    assert (nobody.person, nobody.device) == (None, None)


def test_failures_at_once_all_count(stores: Stores) -> None:
    person = new_person(stores)
    counter = strange_browsers(person.email, NETWORKS[0], now=NOW)[0]

    at_once(lambda: stores.attempts().count(counter, now=NOW))

    assert stores.attempts().look_up(person.email, None, [counter]).failures[counter].count == 50


def test_of_guesses_at_once_after_a_wait_one_gets_the_turn(stores: Stores) -> None:
    person, attempts = new_person(stores), stores.attempts()
    counter = strange_browsers(person.email, NETWORKS[0], now=NOW)[0]
    for _ in range(counter.free):
        attempts.count(counter, now=NOW)
    later = NOW + 60

    tries = at_once(lambda: try_at(stores, person.email, "a guess", now=later))

    assert sorted(map(str, tries)) == ["None", *["Slowed(seconds=120)"] * 49]


def test_a_turn_whose_answer_was_lost_is_not_lost(stores: Stores) -> None:
    person, attempts = new_person(stores), stores.attempts()
    counter = strange_browsers(person.email, NETWORKS[0], now=NOW)[0]
    attempts.count(counter, now=NOW)
    forgetful = DynamoDBAttemptStore(Forgetful(attempts._table._client, attempts._table._name))

    assert forgetful.take_turn(counter, Failures(1, NOW), now=NOW)
    assert not attempts.take_turn(counter, Failures(1, NOW), now=NOW)
    assert attempts.take_turn(counter, Failures(2, NOW), now=NOW)


def test_a_counter_that_is_forgotten_begins_anew(stores: Stores) -> None:
    counter = strange_browsers(new_identifier(), NETWORKS[0], now=NOW)[0]
    attempts = stores.attempts()
    attempts.count(counter, now=NOW)
    attempts.forget(counter)
    attempts.forget(counter)

    assert attempts.look_up("nobody", None, [counter]).failures[counter] == Failures()


def test_a_browser_that_did_not_come_for_a_year_is_a_stranger(stores: Stores) -> None:
    person, attempts = new_person(stores), stores.attempts()
    device = remember_device(person, None, attempts=attempts, now=NOW)
    later = NOW + REMEMBERED
    for at in (later - 1, later):
        pair = strange_browsers(person.email, NETWORKS[0], now=at)[0]
        for _ in range(pair.free):
            attempts.count(pair, now=at)

    assert try_at(stores, person.email, PASSWORD, device=device, now=later - 1) == person
    assert isinstance(try_at(stores, person.email, PASSWORD, device=device, now=later), Slowed)


def test_a_browser_keeps_its_cookie_unless_it_is_none_of_ours(stores: Stores) -> None:
    attempts, person = stores.attempts(), new_person(stores)
    cookie = remember_device(person, None, attempts=attempts, now=NOW)

    assert remember_device(person, cookie, attempts=attempts, now=NOW) == cookie
    assert remember_device(person, "x; Domain=", attempts=attempts, now=NOW) != "x; Domain="


@pytest.mark.parametrize("free", [5, 100])
def test_the_wait_never_shrinks_while_failures_come(free: int) -> None:
    counter = replace(strange_browsers("somebody", "somewhere", now=NOW)[0], free=free)
    waits = [wait(counter, Failures(count, NOW), now=NOW) for count in range(5000)]

    assert waits == sorted(waits)
    assert waits[free - 1 : free + 5] == [0, 60, 120, 240, 480, 900]
    assert max(waits) == 900


OTHERS = st.lists(
    st.tuples(
        st.sampled_from(NETWORKS),
        st.sampled_from([None, "a cookie of theirs"]),
        st.sampled_from(["a guess", PASSWORD]),
        st.sampled_from([0, 1, 59, 60, 901]),  # seconds that go by before
        st.integers(1, 120),  # how many before it that failed
    ),
    max_size=6,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(others=OTHERS, own_mistakes=st.integers(0, 4))
def test_whatever_others_do_a_known_browser_is_let_in_with_the_right_password(
    stores: Stores, others: list[tuple[str, str | None, str, int, int]], own_mistakes: int
) -> None:
    person, attempts, now = new_person(stores), stores.attempts(), NOW
    device = remember_device(person, None, attempts=attempts, now=now)
    for network, cookie, password, seconds, failed in others:
        now += seconds
        for counter in strange_browsers(person.email, network, now=now):
            put_failures(stores, counter, Failures(failed, now))
        try_at(stores, person.email, password, network=network, device=cookie, now=now)
    for _ in range(own_mistakes):
        assert try_at(stores, person.email, "a typo", device=device, now=now) is None

    for network in NETWORKS:
        assert (
            try_at(stores, person.email, PASSWORD, network=network, device=device, now=now)
            == person
        )


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tries=st.lists(
        st.tuples(st.sampled_from(NETWORKS), st.integers(0, 1000), st.booleans()), max_size=30
    )
)
def test_a_stranger_is_never_let_in_sooner_than_the_model_says(
    stores: Stores, tries: list[tuple[str, int, bool]]
) -> None:
    person, own = new_person(stores), new_identifier()
    now = NOW - NOW % 86400  # half a day at most goes by, so that nothing is forgotten
    counts: dict[str, list[int]] = {network: [] for network in NETWORKS}
    for network, seconds, is_right in tries:
        now += seconds
        failed = counts[network]
        pause = min(60 << min(len(failed) - 5, 9), 900) if len(failed) >= 5 else 0
        is_slowed = bool(pause) and now < failed[-1] + pause

        tried = try_at(
            stores,
            person.email,
            PASSWORD if is_right else "a guess",
            network=f"{network} of {own}",
            now=now,
        )

        assert isinstance(tried, Slowed) == is_slowed
        if not is_slowed:
            assert tried == (person if is_right else None)
            counts[network] = [] if is_right else [*failed, now]
