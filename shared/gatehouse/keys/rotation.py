"""Which signing key signs, which are published, and what a rotation has to change.

Everything follows from the stored keys and the clock; nothing else decides it. Each key says when
it begins to sign, and signs until the next one does: no write is needed at that moment, and none
can be missed. There is always a next key, published for as long as the one before it signs.
docs/decisions/0011 has the reasons.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from gatehouse.keys.sealed_keys import SealedKey
from gatehouse.oauth.policy import LONGEST_ACCESS_TOKEN

# How long anybody may remember our keys: whoever caches the JWKS, and our own warm processes.
JWKS_LIFETIME: Final = 300
# AWS refuses a request whose clock is off by five minutes, at some services by fifteen. So no two
# clocks that reach the tables are further apart.
CLOCKS_APART: Final = 2 * 15 * 60
# A key is published at least this long before it signs, which forgives whoever caches for longer
# than we allow: API Gateway's own JWT authorizer says that it may for two hours.
PUBLISHED_AHEAD: Final = 86400
# A process may sign with a key for as long as it remembers it, and that token has to live.
_PUBLISHED_AFTERWARDS: Final = JWKS_LIFETIME + CLOCKS_APART + LONGEST_ACCESS_TOKEN


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to be done, in this order; empty where all is well.

    `begin` signs from now on, as no key has begun. `make` are the moments from which new keys
    sign. `drop` are keys whose tokens have all expired, or that nobody needs.
    """

    begin: SealedKey | None = None
    make: tuple[int, ...] = ()
    drop: tuple[SealedKey, ...] = ()


def in_order(keys: Sequence[SealedKey]) -> list[SealedKey]:
    """The keys in the order in which they sign: the same for everybody who sees the same keys."""
    return sorted(keys, key=lambda key: (key.signs_from, key.created_at, key.kid))


def signing_key(keys: Sequence[SealedKey], now: int) -> SealedKey:
    """The one of the keys that signs; there must be one at least."""
    ordered = in_order(keys)
    begun = [key for key in ordered if key.signs_from <= now]
    # where none has begun, a clock is behind or somebody removed one: the first does not wait
    return begun[-1] if begun else ordered[0]


def next_key(keys: Sequence[SealedKey], now: int) -> SealedKey | None:
    """The one that signs after the one that does; None where there is none yet."""
    ordered = in_order(keys)
    return next((key for key in ordered[1:] if key.signs_from > now), None)


def remembered_until(keys: Sequence[SealedKey], now: int) -> int:
    """When a process that saw these keys must look again before it signs."""
    beginnings = [key.signs_from for key in keys if key.signs_from > now]
    return min([now + JWKS_LIFETIME, *beginnings])


def published_keys(keys: Sequence[SealedKey], now: int) -> list[SealedKey]:
    """The keys whose signatures are good: all but those whose last token has expired."""
    ordered = in_order(keys)
    past = _past(ordered, now)
    return [key for key in ordered if key not in past]


def plan(keys: Sequence[SealedKey], now: int, key_lifetime: int) -> Plan:
    """What a rotation at `now` has to do, where a key is to sign for `key_lifetime` seconds."""
    if not keys:
        return Plan(make=(now, now + key_lifetime))
    signer = signing_key(keys, now)
    ordered = in_order(keys)
    later = ordered[ordered.index(signer) + 1 :]
    due = max(min(signer.signs_from, now) + key_lifetime, now + PUBLISHED_AHEAD)
    # one that begins too late was made for a longer lifetime, or by a clock that was wrong
    has_next = bool(later) and later[0].signs_from <= due + CLOCKS_APART
    spare = later[1:] if has_next else later
    return Plan(
        begin=signer if signer.created_at <= now < signer.signs_from else None,
        make=() if has_next else (due,),
        drop=(*_past(ordered, now), *(key for key in spare if _is_unused(key, now))),
    )


def plan_retirement(keys: Sequence[SealedKey], kid: str, now: int) -> Plan:
    """The next step to take a key out of use at once; empty when it is gone.

    First an heir that signs, then the removal: whoever is cut off in between leaves a signing key.
    """
    retired = next((key for key in keys if key.kid == kid), None)
    if retired is None:
        return Plan()
    others = [key for key in in_order(keys) if key != retired]
    begun = [key for key in others if min(retired.signs_from, now) <= key.signs_from <= now]
    # a key that signed before it is no heir: its own time is over
    if begun or signing_key(keys, now) != retired:
        return Plan(drop=(retired,))
    waiting = [key for key in others if key.signs_from > now]
    return Plan(begin=waiting[0]) if waiting else Plan(make=(now,))


def _past(ordered: Sequence[SealedKey], now: int) -> list[SealedKey]:
    """The keys whose last token has expired by every clock."""
    return [
        key for key, after in pairwise(ordered) if after.signs_from + _PUBLISHED_AFTERWARDS <= now
    ]


def _is_unused(key: SealedKey, now: int) -> bool:
    # Nobody's clock has reached its beginning. And a clock that stands before the key itself was
    # made is no judge of it: it went back, and the key may be signing
    return key.created_at <= now < key.signs_from - CLOCKS_APART
