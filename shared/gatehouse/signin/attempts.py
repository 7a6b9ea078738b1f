"""A try at somebody's password: looked at, counted, and slowed down after many that failed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gatehouse.signin.devices import hash_device
from gatehouse.signin.people import Person, canonical_email, is_possible, is_theirs
from gatehouse.signin.slow_downs import Counter, Failures, known_browser, strange_browsers, wait

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gatehouse.storage.contract.attempts import AttemptStore, LookUp


@dataclass(frozen=True, slots=True)
class Slowed:
    """The password was not looked at: the next try may be made in so many `seconds`."""

    seconds: int


def try_password(
    email: str,
    password: str,
    *,
    network: str,
    device: str | None,
    attempts: "AttemptStore",
    now: int,
) -> Person | Slowed | None:
    """The person whose address and password these are; None if they are nobody's.

    `network` is where the browser is, `device` the cookie by which it may be known. Whether there
    is such an address shows neither in the answer nor its time, nor in when it is slowed down.
    """
    if not is_possible(email, password):
        return None
    seen, counters = _look_up(canonical_email(email), network, device, attempts, now)
    slowed = _take_turns(counters, seen.failures, attempts, now)
    if slowed:
        return slowed
    if is_theirs(password, seen.person):
        # whoever has the password alone makes nobody else's failures forgotten
        if seen.person and not seen.person.owes_passkey:
            _forget(counters, seen, attempts)
        return seen.person
    for counter in counters:
        if not _has_turns(counter, seen.failures):
            attempts.count(counter, now=now)
    return None


def forget_failures(
    person: Person, *, network: str, device: str | None, attempts: "AttemptStore", now: int
) -> None:
    """Count a browser anew whose person gave the passkey that they owed after the password."""
    seen, counters = _look_up(person.email, network, device, attempts, now)
    _forget(counters, seen, attempts)


def _look_up(
    address: str, network: str, device: str | None, attempts: "AttemptStore", now: int
) -> "tuple[LookUp, tuple[Counter, ...]]":
    """What is known of an address, and the counters by which a try in this browser is judged."""
    strange = strange_browsers(address, network, now=now)
    own = known_browser(address, device, now=now) if device else ()
    device_hash = hash_device(address, device) if device else None
    seen = attempts.look_up(address, device_hash, (*strange, *own))
    is_known = seen.device is not None and now < seen.device.expires_at
    return seen, own if is_known else strange


def _forget(counters: tuple[Counter, ...], seen: "LookUp", attempts: "AttemptStore") -> None:
    # the first one is of this browser, or of this account in this network
    if seen.failures[counters[0]].count:
        attempts.forget(counters[0])


def _take_turns(
    counters: tuple[Counter, ...],
    failures: "Mapping[Counter, Failures]",
    attempts: "AttemptStore",
    now: int,
) -> Slowed | None:
    """Wait for whoever makes us wait longest; where nobody does any more, take the turn."""
    longest = max(wait(each, failures[each], now=now) for each in counters)
    if longest:
        return Slowed(longest)
    # Counted before the password is looked at: of guesses at once, one gets the turn
    for counter in counters:
        if not _has_turns(counter, failures):
            continue
        if not attempts.take_turn(counter, failures[counter], now=now):
            taken = Failures(failures[counter].count + 1, now)
            return Slowed(wait(counter, taken, now=now))
    return None


def _has_turns(counter: Counter, failures: "Mapping[Counter, Failures]") -> bool:
    """Whether its free tries are used up, so that each further one takes a turn."""
    return failures[counter].count >= counter.free
