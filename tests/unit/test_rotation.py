"""Which key signs, which are published, and what a rotation does about it, for any history."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatehouse.keys.rotation import (
    CLOCKS_APART,
    JWKS_LIFETIME,
    PUBLISHED_AHEAD,
    Plan,
    plan,
    plan_retirement,
    published_keys,
    remembered_until,
    signing_key,
)
from gatehouse.keys.sealed_keys import SealedKey
from gatehouse.oauth.policy import LONGEST_ACCESS_TOKEN

START = 1_800_000_000
MINUTE, HOUR, DAY = 60, 3600, 86400
LIFETIME = 90 * DAY
# What a clock may be off by and still have its requests accepted.
WRONG = CLOCKS_APART // 2


def key(name: str, signs_from: int, created_at: int | None = None) -> SealedKey:
    return SealedKey(name, "{}", b"", signs_from if created_at is None else created_at, signs_from)


@dataclass
class Table:
    """The keys as they are stored, and when each came there by the true time."""

    keys: list[SealedKey] = field(default_factory=list)
    stored_at: dict[str, int] = field(default_factory=dict)
    first: set[str] = field(default_factory=set)

    def carry_out(self, planned: Plan, time: int, clock: int, steps: int | None = None) -> None:
        """Write what is planned; whoever is cut off gets through `steps` writes."""
        writes: list[tuple[str, SealedKey]] = []
        if planned.begin:
            writes.append(("begin", planned.begin))
        for signs_from in planned.make:
            name = f"key {len(self.stored_at) + len(writes)}"
            writes.append(("make", key(name, signs_from, clock)))
            if clock in planned.make:
                self.first.add(name)
        writes += [("drop", each) for each in planned.drop]
        for write, each in writes[:steps]:
            self._write(write, each, time, clock)

    def settle(self, time: int, clock: int, key_lifetime: int) -> None:
        """A whole run, which plans until nothing is left to do."""
        for _ in range(4):
            planned = plan(self.keys, clock, key_lifetime)
            self.carry_out(planned, time, clock)
        assert plan(self.keys, clock, key_lifetime) == Plan()

    def _write(self, write: str, each: SealedKey, time: int, clock: int) -> None:
        if write == "make":
            self.keys.append(each)
            self.stored_at[each.kid] = time
        elif write == "begin":
            self.keys = [
                replace(k, signs_from=min(k.signs_from, clock)) if k.kid == each.kid else k
                for k in self.keys
            ]
        else:
            self.keys = [k for k in self.keys if k != each]


@dataclass
class Process:
    """A warm process that signs: it remembers its key as `SigningKeys` does."""

    kid: str = ""
    signs: range = range(0)

    def sign(self, table: Table, time: int, clock: int) -> str:
        if clock not in self.signs:
            if not table.keys:
                table.carry_out(Plan(make=(clock,)), time, clock)
            self.kid = signing_key(table.keys, clock).kid
            self.signs = range(clock, remembered_until(table.keys, clock))
        return self.kid


def moved_on(time: int, gap: int | tuple[int, int], table: Table) -> int:
    """The time after a gap, which may lead to the next edge of a key."""
    if isinstance(gap, int):
        return time + gap
    edges = [each.signs_from + sum(gap) for each in table.keys]
    return min((edge for edge in edges if edge >= time), default=time)


def kids(keys: Sequence[SealedKey]) -> set[str]:
    return {each.kid for each in keys}


clocks = st.integers(-WRONG, WRONG)
gaps = st.one_of(
    st.integers(0, 2),
    st.integers(0, 2 * JWKS_LIFETIME),
    st.integers(0, 2 * DAY),
    st.integers(0, 200 * DAY),
)
# Or on to where something changes: a key begins, is forgotten, goes, or a token of it expires.
edges = st.tuples(
    st.sampled_from([0, JWKS_LIFETIME, LONGEST_ACCESS_TOKEN, DAY + HOUR]),
    st.integers(-CLOCKS_APART, CLOCKS_APART),
)
lifetimes = st.one_of(st.sampled_from([DAY, 7 * DAY, 90 * DAY]), st.integers(DAY, 400 * DAY))
events = st.tuples(
    st.one_of(gaps, edges),
    st.sampled_from([-WRONG, 0, WRONG]) | clocks,
    st.one_of(
        st.just(("run",)),
        st.tuples(st.just("cut off"), st.integers(0, 3)),
        st.tuples(st.just("together"), clocks),
        st.tuples(st.just("lifetime"), lifetimes),
        st.tuples(st.just("sign"), st.integers(0, 2)),
    ),
)


@settings(max_examples=1500)
@given(lifetimes, st.lists(events, min_size=5, max_size=25))
def test_whatever_happens_every_live_tokens_key_is_published_and_was_before_it_signed(
    key_lifetime: int, history: list[tuple[int | tuple[int, int], int, tuple[str | int, ...]]]
) -> None:
    table, processes, time = Table(), [Process() for _ in range(3)], START
    tokens: list[tuple[str, int]] = []
    for gap, wrong, (event, *argument) in history:
        time = moved_on(time, gap, table)
        clock = time + wrong
        if event == "run":
            table.settle(time, clock, key_lifetime)
        elif event == "cut off":
            table.carry_out(plan(table.keys, clock, key_lifetime), time, clock, int(argument[0]))
        elif event == "together":
            other = time + int(argument[0])
            plans = plan(table.keys, clock, key_lifetime), plan(table.keys, other, key_lifetime)
            table.carry_out(plans[0], time, clock)
            table.carry_out(plans[1], time, other)
        elif event == "lifetime":
            key_lifetime = int(argument[0])
        else:
            knew = bool(table.keys)
            kid = processes[int(argument[0])].sign(table, time, clock)
            tokens.append((kid, clock + LONGEST_ACCESS_TOKEN))
            published_for = time - table.stored_at[kid]
            assert kid in table.first or published_for >= JWKS_LIFETIME
            assert knew or kid in kids(table.keys)
        # there is always one to sign with, for any clock, and nobody's live token is refused
        for clock in (time - WRONG, time, time + WRONG):
            assert not tokens or signing_key(table.keys, clock) in published_keys(table.keys, clock)
            live = {kid for kid, expires_at in tokens if clock < expires_at}
            assert live <= kids(published_keys(table.keys, clock))


@given(lifetimes, st.integers(1, 400), st.sets(st.integers(1, 6)))
def test_a_daily_schedule_never_publishes_more_than_four_keys(
    key_lifetime: int, days: int, missed: set[int]
) -> None:
    table = Table()
    for day in range(days):
        time = START + day * DAY
        if day % 7 not in missed:
            table.settle(time, time, key_lifetime)
        assert 1 <= len(published_keys(table.keys, time)) <= len(table.keys) <= 4
        # a missed week leaves no key longer than that week and the day of notice
        assert signing_key(table.keys, time).signs_from > time - key_lifetime - 8 * DAY


@given(
    lifetimes,
    st.lists(
        st.tuples(st.booleans(), st.integers(0, START) | st.integers(START, 2**33)),
        min_size=1,
        max_size=6,
    ),
    st.integers(0, 30),
)
def test_a_clock_that_jumped_anywhere_leaves_keys_and_the_next_runs_mend_what_it_did(
    key_lifetime: int, jumps: list[tuple[bool, int]], hours: int
) -> None:
    """AWS refuses the requests of such a clock, so this is for the day it does not."""
    table, time = Table(), START
    for whole, clock in jumps:
        time += hours * HOUR
        if whole:
            table.settle(time, clock, key_lifetime)
        else:
            table.settle(time, time, key_lifetime)
    table.settle(time, time, key_lifetime)

    signer = signing_key(table.keys, time)
    assert signer.signs_from <= time
    (following, *_) = sorted(k.signs_from for k in table.keys if k.signs_from > time)
    assert following <= time + max(key_lifetime, PUBLISHED_AHEAD) + CLOCKS_APART


@given(lifetimes, st.integers(0, START + 500 * DAY), st.integers(0, 500 * DAY))
def test_a_clock_that_went_back_takes_nobodys_key_away(
    key_lifetime: int, wrong: int, age: int
) -> None:
    table = Table()
    for time in range(START, START + age + 1, DAY):
        table.settle(time, time, key_lifetime)
    now = START + age
    before, signer = kids(published_keys(table.keys, now)), signing_key(table.keys, now)
    waiting = {k.kid for k in table.keys if k.signs_from > now}

    table.settle(now, min(wrong, now), key_lifetime)

    assert before - waiting <= kids(published_keys(table.keys, now))
    assert signing_key(table.keys, now).kid == signer.kid


# ---- Retirement ------------------------------------------------------------------------------


@settings(max_examples=300)
@given(
    lifetimes,
    st.lists(st.tuples(gaps, clocks, st.booleans()), max_size=12),
    st.integers(0, 5),
    st.booleans(),
)
def test_any_key_can_be_retired_at_any_time_and_another_signs_that_did_not_before(
    key_lifetime: int, history: list[tuple[int, int, bool]], which: int, cut_off: bool
) -> None:
    table, time = Table(), START
    table.settle(time, time, key_lifetime)
    for gap, wrong, run in history:
        time += gap
        if run:
            table.settle(time, time + wrong, key_lifetime)
    ordered = sorted(table.keys, key=lambda k: (k.signs_from, k.created_at, k.kid))
    retired = ordered[which % len(ordered)]
    signer = signing_key(table.keys, time)
    if cut_off:
        table.carry_out(plan_retirement(table.keys, retired.kid, time), time, time)
        assert table.keys
    for _ in range(3):
        table.carry_out(plan_retirement(table.keys, retired.kid, time), time, time)

    assert plan_retirement(table.keys, retired.kid, time) == Plan()
    assert retired.kid not in kids(table.keys)
    assert kids(table.keys) >= kids(ordered) - {retired.kid}
    follows = signing_key(table.keys, time)
    if retired == signer:
        assert follows.kid not in kids(ordered[: ordered.index(signer)])
    else:
        assert follows.kid == signer.kid
    table.settle(time, time, key_lifetime)
    assert signing_key(table.keys, time).kid == follows.kid


def test_the_key_that_waits_signs_when_its_predecessor_is_retired_and_was_published() -> None:
    table = Table()
    table.settle(START, START, LIFETIME)
    first, waiting = table.keys
    now = START + DAY

    for _ in range(2):
        table.carry_out(plan_retirement(table.keys, first.kid, now), now, now)

    assert [(k.kid, k.signs_from) for k in table.keys] == [(waiting.kid, now)]
    assert plan_retirement(table.keys, first.kid, now) == Plan()
    assert plan_retirement(table.keys, "unknown", now) == Plan()


# ---- Single cases ----------------------------------------------------------------------------


def test_the_first_run_of_a_new_stack_makes_a_key_and_its_successor() -> None:
    assert plan([], START, LIFETIME) == Plan(make=(START, START + LIFETIME))


def test_the_first_tokens_key_gets_a_successor_and_stays() -> None:
    assert plan([key("a", START)], START + HOUR, LIFETIME) == Plan(make=(START + LIFETIME,))


def test_a_schedule_that_did_not_run_for_years_still_publishes_a_key_a_day_ahead() -> None:
    late = START + 1000 * DAY
    keys = [key("a", START), key("b", START + LIFETIME, START)]

    assert signing_key(keys, late).kid == "b"
    assert plan(keys, late, LIFETIME) == Plan(make=(late + DAY,), drop=(keys[0],))


@pytest.mark.parametrize(
    ("after", "kept"),
    [(LONGEST_ACCESS_TOKEN + JWKS_LIFETIME + CLOCKS_APART - 1, True), (DAY + 2 * HOUR, False)],
)
def test_a_key_stays_published_until_the_last_token_that_it_may_have_signed_has_expired(
    after: int, kept: bool
) -> None:
    keys = [key("a", START), key("b", START + LIFETIME), key("c", START + 2 * LIFETIME)]
    now = START + LIFETIME + after

    assert ("a" in kids(published_keys(keys, now))) is kept
    assert bool(plan(keys, now, LIFETIME).drop) is not kept


def test_a_key_that_another_clock_may_already_sign_with_is_no_spare() -> None:
    keys = [key("a", START), key("b", START + LIFETIME, START), key("c", START + LIFETIME, START)]
    now = START + LIFETIME - 10

    assert signing_key(keys, now + CLOCKS_APART).kid == "c"
    assert plan(keys, now, LIFETIME) == Plan()


def test_two_clocks_agree_on_the_next_key() -> None:
    (due,) = plan([key("a", START)], START + LIFETIME + WRONG, LIFETIME).make
    keys = [key("a", START), key("b", due, START + LIFETIME)]

    assert plan(keys, START + LIFETIME - WRONG, LIFETIME) == Plan()


def test_of_keys_made_at_once_one_waits_and_the_rest_go() -> None:
    rivals = [key(name, START + LIFETIME, START) for name in "bcd"]

    planned = plan([key("a", START), *rivals], START, LIFETIME)

    assert planned == Plan(drop=(rivals[1], rivals[2]))


def test_a_shorter_lifetime_holds_from_the_next_key_on() -> None:
    keys = [key("a", START), key("b", START + LIFETIME, START)]

    assert plan(keys, START + HOUR, 7 * DAY) == Plan(make=(START + 7 * DAY,), drop=(keys[1],))
    assert plan(keys, START + HOUR, 400 * DAY) == Plan()


def test_a_process_looks_again_in_time_and_when_the_next_key_begins() -> None:
    keys = [key("a", START), key("b", START + 1000)]

    assert remembered_until(keys, START) == START + JWKS_LIFETIME
    assert remembered_until(keys, START + 990) == START + 1000


def test_a_key_is_published_long_enough_for_whoever_may_remember_the_keys_without_it() -> None:
    assert PUBLISHED_AHEAD >= JWKS_LIFETIME + CLOCKS_APART + 2 * HOUR
