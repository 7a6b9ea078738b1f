"""ID tokens (OpenID Connect Core section 2), and when one proves who signed in."""

import hmac
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from gatehouse.oauth.assertions import (
    LEEWAY,
    Assertion,
    BadAssertion,
    read_assertion,
    require_signature,
)
from gatehouse.oauth.key_sets import Jwk


class Expected(NamedTuple):
    """What the ID token of one attempt has to say. Times are epoch seconds.

    `authenticated_since` is None where it does not matter when the person proved who they are.
    """

    issuer: str
    client_id: str
    nonce: str
    now: int
    authenticated_since: int | None = None


def verified_claims(
    encoded: str, expected: Expected, find_keys: Callable[[Mapping[str, Any]], Sequence[Jwk]]
) -> Mapping[str, Any]:
    """The claims of an ID token, every one of whose checks holds (Core section 3.1.3.7).

    Raises `BadAssertion`, and what `find_keys` raises, which gives the issuer's keys for a header.
    """
    token = read_assertion(encoded, types=("jwt", None))
    _require_issuer(token, expected)
    _require_audience(token, expected)
    _require_signature(token, find_keys)
    _require_times(token, expected)
    _require_nonce(token, expected)
    _require_fresh_proof(token, expected)
    token.text("sub")
    return token.claims


def _require_issuer(token: Assertion, expected: Expected) -> None:
    # item 2: exactly
    if token.text("iss") != expected.issuer:
        raise BadAssertion("iss is another issuer")


def _require_audience(token: Assertion, expected: Expected) -> None:
    # item 3
    if expected.client_id not in token.audiences:
        raise BadAssertion("aud is another client")
    # items 4 and 5: among several, azp says whose it is
    azp = token.claims.get("azp")
    if (len(token.audiences) > 1 or azp is not None) and azp != expected.client_id:
        raise BadAssertion("azp is another client")


def _require_signature(
    token: Assertion, find_keys: Callable[[Mapping[str, Any]], Sequence[Jwk]]
) -> None:
    # items 6 to 8: by the issuer's published keys alone, never by the client secret
    require_signature(token, find_keys(token.header))


def _require_times(token: Assertion, expected: Expected) -> None:
    exp, iat = _date(token, "exp"), _date(token, "iat")
    nbf = _date(token, "nbf") if "nbf" in token.claims else iat
    # item 9
    if exp <= expected.now:
        raise BadAssertion("it has expired")
    # item 10
    if max(iat, nbf) > expected.now + LEEWAY:
        raise BadAssertion("nbf or iat is in the future")


def _require_nonce(token: Assertion, expected: Expected) -> None:
    # item 11
    if not hmac.compare_digest(token.text("nonce").encode(), expected.nonce.encode()):
        raise BadAssertion("nonce is that of another attempt")


def _require_fresh_proof(token: Assertion, expected: Expected) -> None:
    # item 13: not every provider tells, but whoever tells is held to it
    if expected.authenticated_since is None or "auth_time" not in token.claims:
        return
    if _date(token, "auth_time") < expected.authenticated_since - LEEWAY:
        raise BadAssertion("the person did not prove who they are again")


def _date(token: Assertion, name: str) -> float:
    # RFC 7519 section 2: a NumericDate is any JSON number
    value = token.claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadAssertion(f"{name} is missing or no number")
    return value
