"""The use cases that change which signing keys there are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gatehouse.errors import GatehouseError, Unavailable
from gatehouse.keys import rotation
from gatehouse.keys.sealed_keys import SealedKey
from gatehouse.keys.sealing import Seal, new_key

if TYPE_CHECKING:
    from gatehouse.storage.contract.keys import KeyStore

# What one look plans, the next finds done, unless somebody else was at it too.
_LOOKS: Final = 10


class PublishedTooLately(GatehouseError):
    """The next key cannot sign before `ready_at`, in epoch seconds."""

    def __init__(self, ready_at: int) -> None:
        super().__init__("the next key has not been published for long enough")
        self.ready_at = ready_at


@dataclass(slots=True)
class Rotation:
    """What one run changed: the ids of the keys that it made and that it dropped."""

    made: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


class KeyUpkeep:
    """Sees to it that there is a key that signs, and one that follows it.

    Safe to be run by several at once, twice, late, or to be cut off anywhere: each step leaves
    keys to sign and to verify with, and the next run goes on from what it finds.
    """

    def __init__(
        self, store: "KeyStore", seal: Seal, clock: Callable[[], int], *, key_lifetime: int
    ) -> None:
        """Keys are to sign for `key_lifetime` seconds."""
        self._store = store
        self._seal = seal
        self._clock = clock
        self._key_lifetime = key_lifetime

    def rotate(self) -> Rotation:
        """Make the key that is due, and drop what is out of time. Raises `Unavailable`."""
        return self._settle(lambda keys, now: rotation.plan(keys, now, self._key_lifetime))

    def hasten(self) -> Rotation:
        """Have the next key sign from now on, before its time; the ids of what followed it.

        The one before it is published until its last token has expired. Raises `PublishedTooLately`
        where not everybody may have seen the next key yet, and `Unavailable`.
        """
        done = self.rotate()
        keys, now = self._store.all(), self._clock()
        following = rotation.next_key(keys, now)
        if following is None:
            raise Unavailable("others keep changing the signing keys")
        if now < following.created_at + rotation.PUBLISHED_AHEAD:
            raise PublishedTooLately(following.created_at + rotation.PUBLISHED_AHEAD)
        self._store.begin(following.kid, now)
        followed = self.rotate()
        return Rotation(done.made + followed.made, done.dropped + followed.dropped)

    def retire(self, kid: str) -> Rotation:
        """Take a key out of use at once, and every token that it signed with it.

        For a key that is no longer trusted. The next one signs from now on; whoever remembers the
        old one forgets it within `JWKS_LIFETIME`. Raises `Unavailable`.
        """
        retired = self._settle(lambda keys, now: rotation.plan_retirement(keys, kid, now))
        followed = self.rotate()
        return Rotation(retired.made + followed.made, retired.dropped + followed.dropped)

    def _settle(self, plan: Callable[[Sequence[SealedKey], int], rotation.Plan]) -> Rotation:
        """Do what is planned until nothing is left to do, whatever others do meanwhile."""
        done = Rotation()
        for _ in range(_LOOKS):
            now = self._clock()
            planned = plan(self._store.all(), now)
            if planned == rotation.Plan():
                return done
            # in this order: before anything is dropped, another has taken its place
            if planned.begin:
                self._store.begin(planned.begin.kid, now)
            done.made += [self._make(now, signs_from) for signs_from in planned.make]
            done.dropped += [key.kid for key in planned.drop if self._store.remove(key)]
        raise Unavailable("others keep changing the signing keys")

    def _make(self, now: int, signs_from: int) -> str:
        key = new_key(self._seal, now=now, signs_from=signs_from)
        self._store.add(key)
        return key.kid
