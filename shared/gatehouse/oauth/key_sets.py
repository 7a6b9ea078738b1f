"""The public keys of others: JWK Sets (RFC 7517), what is accepted of one, and which key fits."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from gatehouse.oauth.capabilities import ASSERTION_ALGORITHMS

Jwk = Mapping[str, Any]

_MOST_KEYS: Final = 32
# What makes a JWK of a key type, all of it public (RFC 7518 section 6, RFC 8037 section 2).
_PUBLIC: Final = {"EC": ("crv", "x", "y"), "OKP": ("crv", "x"), "RSA": ("n", "e")}
_PRIVATE: Final = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")
# 8192 bits, and an exponent of 64: the time that a signature takes grows with both.
_LONGEST: Final = {"n": 1366, "e": 11}
_LONGEST_ELSE: Final = 100


class BadKeySet(ValueError):
    """What was read is no set of public keys; the message says why."""


def require_public_keys(jwks: object) -> None:
    """Raise `BadKeySet` unless each key of the set is public and one that can be verified with."""
    keys = _keys(jwks)
    if not keys:
        raise BadKeySet("it has no keys")
    for jwk in keys:
        if any(member in jwk for member in _PRIVATE):
            raise BadKeySet("it has a private or symmetric key, which nobody else may know")
        if not any(_fits(jwk, algorithm) for algorithm in ASSERTION_ALGORITHMS):
            raise BadKeySet(f"a key is for none of {', '.join(ASSERTION_ALGORITHMS)}")


def has_private_key(jwks: object) -> bool:
    """Whether the set tells what nobody else may know, of whatever kind it is otherwise."""
    listed = jwks.get("keys") if isinstance(jwks, Mapping) else None
    keys = listed if isinstance(listed, list) else []
    return any(isinstance(jwk, Mapping) and not jwk.keys().isdisjoint(_PRIVATE) for jwk in keys)


def verifying_keys(jwks: object) -> list[Jwk]:
    """The keys of a set that some signature can be verified with, the first ones of many."""
    listed = jwks.get("keys") if isinstance(jwks, Mapping) else None
    keys = [jwk for jwk in listed if isinstance(jwk, Mapping)] if isinstance(listed, list) else []
    fit = [jwk for jwk in keys if any(_fits(jwk, each) for each in ASSERTION_ALGORITHMS)]
    return fit[:_MOST_KEYS]


def suitable_keys(jwks: object, header: Mapping[str, Any]) -> tuple[Jwk, ...]:
    """The keys of a set that can have made a signature with this header, best none at all.

    A key that is not public, or not understood, counts as absent: others have a use for it.
    """
    try:
        keys = _keys(jwks)
    except BadKeySet:
        return ()
    return tuple(jwk for jwk in keys if _is_named(jwk, header) and _fits(jwk, header["alg"]))


def _keys(jwks: object) -> Sequence[Jwk]:
    keys = jwks.get("keys") if isinstance(jwks, Mapping) else None
    if not isinstance(keys, list) or not all(isinstance(jwk, Mapping) for jwk in keys):
        raise BadKeySet("it is no JWK Set")
    if len(keys) > _MOST_KEYS:
        raise BadKeySet(f"it has more than {_MOST_KEYS} keys")
    return keys


def _is_named(jwk: Jwk, header: Mapping[str, Any]) -> bool:
    # RFC 7515 section 4.1.4: a hint which key was used; without it, whichever fits
    return "kid" not in header or ("kid" in jwk and jwk["kid"] == header["kid"])


def _fits(jwk: Jwk, algorithm: str) -> bool:
    key_type, curve = ASSERTION_ALGORITHMS[algorithm]
    operations = jwk.get("key_ops", ["verify"])
    return (
        jwk.get("kty") == key_type
        and (curve is None or jwk.get("crv") == curve)
        # RFC 7517 sections 4.2 to 4.4: what a key says that it is for
        and jwk.get("alg", algorithm) == algorithm
        and jwk.get("use", "sig") == "sig"
        and isinstance(operations, list)
        and "verify" in operations
        and not any(member in jwk for member in _PRIVATE)
        and all(_is_short_text(jwk, member) for member in _PUBLIC[key_type])
    )


def _is_short_text(jwk: Jwk, member: str) -> bool:
    value = jwk.get(member)
    return isinstance(value, str) and 0 < len(value) <= _LONGEST.get(member, _LONGEST_ELSE)
