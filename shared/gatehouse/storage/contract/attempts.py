"""What storage promises of tries at passwords."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gatehouse.signin.devices import Device
from gatehouse.signin.people import Person
from gatehouse.signin.slow_downs import Counter, Failures


@dataclass(frozen=True, slots=True)
class LookUp:
    """What one read tells: who has the address, whether the browser is known, what was counted."""

    person: Person | None
    device: Device | None
    failures: Mapping[Counter, Failures]


class AttemptStore(Protocol):
    """Counters of failed sign-ins, and the browsers that are known to accounts."""

    def look_up(self, email: str, device_hash: str | None, counters: Sequence[Counter]) -> LookUp:
        """All that a try is judged by, in one read; `failures` has each of `counters`."""

    def count(self, counter: Counter, *, now: int) -> None:
        """Add a failure, whatever else adds one meanwhile."""

    def take_turn(self, counter: Counter, seen: Failures, *, now: int) -> bool:
        """Add a failure if none came since it was `seen`; False if one did."""

    def forget(self, counter: Counter) -> None:
        """Begin to count anew."""

    def remember(self, device: Device) -> None:
        """Keep a browser that is known to an account."""
