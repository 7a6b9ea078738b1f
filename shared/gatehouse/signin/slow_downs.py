"""How failed sign-ins slow down the next ones (docs/decisions/0026).

A browser that has signed in to the account before is counted by itself and together with all others
that have, whatever strangers do. All other browsers are counted in three ways at once: by the
account in their network, by their network and by the account. Nothing here tells whether there is
such an account: names of counters are hashes of what was typed.
"""

from dataclasses import dataclass
from typing import Final

from gatehouse.oauth.secret_values import digest

_FIRST_WAIT: Final = 60
_LONGEST_WAIT: Final = 15 * 60
_AN_HOUR: Final = 3600
_A_DAY: Final = 86400


@dataclass(frozen=True, slots=True)
class Counter:
    """What counts failures: `free` of them in a window of `seconds` cost no waiting.

    Its name changes with the window, so that adding one is right whenever it is done.
    """

    name: str
    free: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class Failures:
    """What a counter says. `failed_at` is when the last one was, in epoch seconds."""

    count: int = 0
    failed_at: int = 0


def known_browser(email: str, device: str, *, now: int) -> tuple[Counter, ...]:
    """The counters of a browser that signed in to the account before; `device` is its cookie.

    The first one is for this browser alone.
    """
    return (
        _counter("device", email, device, free=5, seconds=_A_DAY, now=now),
        # whoever once had the password could have made any number of browsers known
        _counter("devices", email, free=100, seconds=_A_DAY, now=now),
    )


def strange_browsers(email: str, network: str, *, now: int) -> tuple[Counter, ...]:
    """The counters of any other browser; the first one is for the account in its network alone."""
    return (
        _counter("pair", email, network, free=5, seconds=_A_DAY, now=now),
        # many people may share a network, who mistype now and then
        _counter("network", network, free=100, seconds=_AN_HOUR, now=now),
        # NIST SP 800-63B section 5.2.2: no more than 100 failed attempts on an account
        _counter("account", email, free=100, seconds=_A_DAY, now=now),
    )


def wait(counter: Counter, failures: Failures, *, now: int) -> int:
    """Seconds until the next try counts: none while tries are free, then ever more."""
    beyond = failures.count - counter.free
    if beyond < 0:
        return 0
    # the exponent is bounded too: there is no end to how often a counter may be asked
    length = min(_FIRST_WAIT << min(beyond, 10), _LONGEST_WAIT)
    return max(0, failures.failed_at + length - now)


def _counter(kind: str, *parts: str, free: int, seconds: int, now: int) -> Counter:
    window = now // seconds
    name = digest("\n".join((kind, str(window), *map(digest, parts))))
    return Counter(name, free, expires_at=(window + 1) * seconds)
