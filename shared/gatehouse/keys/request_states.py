"""Seals what the MCP server hands to a client and wants back unchanged: its `requestState`.

AES-256-GCM under a key that every process shares and that KMS seals (docs/decisions/0019). The key
is looked for when there is something to seal or to open, and made when nobody has made one.
"""

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gatehouse import base64url
from gatehouse.errors import Unavailable
from gatehouse.keys.request_state_key import RequestStateKey

if TYPE_CHECKING:
    from gatehouse.keys.sealing import Seal
    from gatehouse.storage.contract.keys import RequestStateKeyStore

# How long a person may take to answer.
LIFETIME: Final = 1800
# Each period has a key of its own. Those of two periods are kept, so a state outlives its key's.
PERIOD: Final = 30 * 86400
# How long a process may go without looking whether its keys are still there.
_REMEMBERED: Final = 300

_FORM: Final = 1
_HEADER: Final = struct.Struct(">BIQ")  # the form, the key's period, when the state expires
_NONCE_BYTES: Final = 12


class RequestStates:
    """Seals and opens, each value bound to bytes that must be named again."""

    def __init__(
        self, store: "RequestStateKeyStore", seal: "Seal", clock: Callable[[], int]
    ) -> None:
        self._store = store
        self._seal = seal
        self._clock = clock
        self._keys: dict[int, RequestStateKey] = {}
        self._ciphers: dict[RequestStateKey, AESGCM] = {}
        self._looked_at: int | None = None

    def seal(self, plain: bytes, *, bound_to: bytes) -> str:
        """`plain`, which only `unseal` can read, for `LIFETIME` seconds. Raises `Unavailable`."""
        import secrets

        now = self._clock()
        key = self._sealing_key(now)
        header = _HEADER.pack(_FORM, key.period, now + LIFETIME)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        encrypted = self._cipher(key).encrypt(nonce, plain, header + bound_to)
        return base64url.encode(header + nonce + encrypted)

    def unseal(self, sealed: str, *, bound_to: bytes) -> bytes:
        """What `seal` was given, bound to the same.

        Raises `ValueError` for all that it has not sealed or that has expired, and `Unavailable`.
        """
        now = self._clock()
        octets = base64url.decode(sealed)
        header, rest = octets[: _HEADER.size], octets[_HEADER.size :]
        if len(rest) < _NONCE_BYTES:
            raise ValueError("too short for a request state")
        form, period, expires_at = _HEADER.unpack(header)
        if form != _FORM or expires_at <= now:
            raise ValueError("a request state of another form, or one that has expired")
        key = self._find(period, now)
        if key is None:
            raise ValueError("a request state under no key of ours")
        nonce, encrypted = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
        try:
            return self._cipher(key).decrypt(nonce, encrypted, header + bound_to)
        except InvalidTag:
            raise ValueError("a request state that was changed, or is bound to another") from None

    def _sealing_key(self, now: int) -> RequestStateKey:
        """The newest key; whoever comes first in a period makes its key."""
        period = now // PERIOD
        if not self._remembers(now) or self._newest() < period:
            self._look(now)
        if self._newest() < period:
            self._make(period, now)
            # Of several that make one at once, one is kept: it is everybody's
            self._look(now)
        if self._newest() < period:
            raise Unavailable("the key of request states went away while it was made")
        return self._keys[self._newest()]

    def _find(self, period: int, now: int) -> RequestStateKey | None:
        # Nothing is made for a state that claims to be ours, nor looked up where the claim is vain:
        # of no other period can a state be that lives, by any clock that AWS accepts
        if abs(period - now // PERIOD) > 1:
            return None
        if not self._remembers(now) or period not in self._keys:
            self._look(now)
        return self._keys.get(period)

    def _remembers(self, now: int) -> bool:
        return (
            self._looked_at is not None and self._looked_at <= now < self._looked_at + _REMEMBERED
        )

    def _newest(self) -> int:
        return max(self._keys, default=-1)

    def _look(self, now: int) -> None:
        self._keys = {key.period: key for key in self._store.all()}
        kept = self._ciphers.keys() & self._keys.values()
        self._ciphers = {key: self._ciphers[key] for key in kept}
        self._looked_at = now

    def _make(self, period: int, now: int) -> None:
        plain = AESGCM.generate_key(256)
        sealed = self._seal.seal(plain, context=_context(period))
        self._store.add(RequestStateKey(period, sealed, now))

    def _cipher(self, key: RequestStateKey) -> AESGCM:
        if key not in self._ciphers:
            plain = self._seal.unseal(key.sealed_key, context=_context(key.period))
            self._ciphers[key] = AESGCM(plain)
        return self._ciphers[key]


def _context(period: int) -> dict[str, str]:
    # KMS authenticates it, and the MCP function's role opens nothing of another purpose with it:
    # what signs access tokens is sealed by the same KMS key
    return {"purpose": "request-state", "period": str(period)}
