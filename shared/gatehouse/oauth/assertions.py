"""JWTs that others sign to assert something (RFC 7521, RFC 7523): what all of them have to be.

Whoever reads one decides whom it may come from and what it has to say. The signature is PyJWT's
and cryptography's; what is signed is read here, once and strictly, so that no two readers of it can
come to different claims.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gatehouse import base64url, strict_json
from gatehouse.oauth.capabilities import ASSERTION_ALGORITHMS

LONGEST_LIFETIME: Final = 3600
LEEWAY: Final = 30  # seconds by which the clock of whoever made it may be ahead of ours

_LARGEST: Final = 16 * 1024  # with a chain of certificates in its header it is a third of that
_LONGEST_TEXT: Final = 2048


class BadAssertion(ValueError):
    """An assertion that proves nothing. The message says why and repeats nothing of it."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """A JWT that was taken apart, and is not to be believed before `require_signature`."""

    encoded: str
    header: Mapping[str, Any]
    claims: Mapping[str, Any]

    def text(self, name: str) -> str:
        """A claim that has to be there, as text. Raises `BadAssertion`."""
        value = self.claims.get(name)
        if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_TEXT or _is_torn(value):
            raise BadAssertion(f"{name} is missing or no text")
        return value

    @property
    def audiences(self) -> tuple[object, ...]:
        """Whom it is for (RFC 7519 section 4.1.3), one or several; nobody where it says nothing."""
        aud = self.claims.get("aud", [])
        return tuple(aud) if isinstance(aud, list) else (aud,)


def read_assertion(encoded: str, *, types: Collection[str | None]) -> Assertion:
    """Take an assertion apart. Raises `BadAssertion`.

    `types` are what its `typ` may be, in lower case; None for one that has none.
    """
    parts = encoded.split(".")
    # RFC 7515 section 7.1: a signed JWT has three parts; an encrypted one has five
    if len(parts) != 3 or len(encoded) > _LARGEST:
        raise BadAssertion("it is no signed JWT of a reasonable size")
    header, claims = _object(parts[0]), _object(parts[1])
    _require_type(header, types)
    # RFC 8725 section 3.1: algorithms of our choice, none of which takes a secret
    alg = header.get("alg")
    if not isinstance(alg, str) or alg not in ASSERTION_ALGORITHMS:
        raise BadAssertion(f"alg is none of {', '.join(ASSERTION_ALGORITHMS)}")
    # RFC 7515 section 4.1.11: extensions that are critical and not understood; RFC 7797 section 3
    # is the one that changes what a signature covers
    if "crit" in header or "b64" in header:
        raise BadAssertion("its header has critical extensions")
    return Assertion(encoded, header, claims)


def require_lifetime(assertion: Assertion, *, now: int, needs_iat: bool = False) -> int:
    """When the assertion ends, in epoch seconds; raises `BadAssertion` unless it is of now.

    What ends late would have to be remembered for as long, so that it is not used twice.
    """
    exp, nbf, iat = (_date(assertion, name) for name in ("exp", "nbf", "iat"))
    # RFC 7523 section 3 items 4 to 6: exp is required, and may not be unreasonably far away
    if exp is None or (needs_iat and iat is None):
        raise BadAssertion("exp is missing" if exp is None else "iat is missing")
    if exp <= now:
        raise BadAssertion("it has expired")
    if exp > now + LONGEST_LIFETIME + LEEWAY:
        raise BadAssertion(f"exp is more than {LONGEST_LIFETIME} seconds away")
    if (nbf or 0) > now + LEEWAY or (iat or 0) > now + LEEWAY:
        raise BadAssertion("nbf or iat is in the future")
    if iat is not None and iat < now - LONGEST_LIFETIME - LEEWAY:
        raise BadAssertion(f"iat is more than {LONGEST_LIFETIME} seconds ago")
    return math.ceil(exp)


def require_signature(assertion: Assertion, keys: Iterable[Mapping[str, Any]]) -> None:
    """Raise `BadAssertion` unless one of these JWKs signed it; each has to suit its header."""
    import jwt  # loaded here: few requests bring an assertion

    algorithm = assertion.header["alg"]
    verifier = jwt.PyJWS(algorithms=[algorithm], options={"enforce_minimum_key_length": True})
    for jwk in keys:
        try:
            key = jwt.PyJWK(dict(jwk), algorithm)
            verifier.decode_complete(assertion.encoded, key, algorithms=[algorithm])
        except jwt.PyJWTError:
            continue
        return
    # RFC 8725 section 3.10: keys come from whom it is said to come from, never from its header
    raise BadAssertion("no key of its issuer's has made this signature")


def _require_type(header: Mapping[str, Any], types: Collection[str | None]) -> None:
    # RFC 8725 section 3.11: a JWT of another type is for another purpose
    typ = header.get("typ")
    if isinstance(typ, str):
        # RFC 7515 section 4.1.9: without regard to case, with or without application/
        typ = typ.lower().removeprefix("application/")
    if not (typ is None or isinstance(typ, str)) or typ not in types:
        raise BadAssertion("typ is that of another kind of JWT")


def _date(assertion: Assertion, name: str) -> float | None:
    # RFC 7519 section 2: a NumericDate is any JSON number
    value = assertion.claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float | None):
        raise BadAssertion(f"{name} is no number")
    return value


def _is_torn(text: str) -> bool:
    """Whether it has half a surrogate pair, which JSON can write and nothing can keep."""
    return any("\ud800" <= character <= "\udfff" for character in text)


def _object(encoded: str) -> Mapping[str, Any]:
    try:
        # RFC 7519 section 4, RFC 7515 section 4: names are unique, or the JWT may be refused
        # of UTF-8 text: from octets Python would read other encodings too
        value = strict_json.loads(base64url.decode(encoded).decode(), distinct_names=True)
    except ValueError:
        raise BadAssertion("it is no JWT that can be read") from None
    if not isinstance(value, dict):
        raise BadAssertion("it is no JWT that can be read")
    return value
