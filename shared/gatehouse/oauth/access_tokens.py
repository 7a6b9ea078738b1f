"""Access tokens: JWTs as RFC 9068 profiles them, signed with ES256."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gatehouse.errors import InvalidToken
from gatehouse.oauth import jws
from gatehouse.oauth.capabilities import ACCESS_TOKEN_TYPE, SIGNING_ALGORITHM
from gatehouse.oauth.grants import Grant
from gatehouse.oauth.scopes import format_scope, parse_scope
from gatehouse.oauth.secret_values import is_identifier, new_identifier
from gatehouse.oauth.story import Story

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import (
        EllipticCurvePrivateKey,
        EllipticCurvePublicKey,
    )


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The key that signs now, under the id that the JWKS publishes it by."""

    kid: str
    private_key: "EllipticCurvePrivateKey"


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a verified access token says."""

    subject: str
    client_id: str
    grant_id: str
    scopes: tuple[str, ...]
    expires_at: int
    issued_at: int
    token_id: str
    audiences: tuple[str, ...]


def issue_access_token(
    grant: Grant,
    *,
    scopes: tuple[str, ...],
    resources: tuple[str, ...],
    key: SigningKey,
    issuer: str,
    now: int,
    lifetime: int,
) -> str:
    """A signed access token for `grant` (RFC 9068 section 2.2), valid for `lifetime` seconds."""
    claims = {
        "iss": issuer,
        "sub": grant.subject,
        # RFC 8707 section 2: the audience is the resource that was granted
        "aud": resources[0] if len(resources) == 1 else list(resources),
        "client_id": grant.client_id,
        "scope": format_scope(scopes),
        "jti": new_identifier(),
        "iat": now,
        "exp": now + lifetime,
        "grant_id": grant.grant_id,
    }
    header = {"alg": SIGNING_ALGORITHM, "typ": ACCESS_TOKEN_TYPE, "kid": key.kid}
    return jws.sign(header, claims, key.private_key)


def verify_access_token(
    encoded: str,
    *,
    find_key: Callable[[str], "EllipticCurvePublicKey | None"],
    issuer: str,
    audiences: Collection[str],
    now: int,
    story: Story,
) -> AccessToken:
    """What the token says, once every check of RFC 9068 section 4 passed; else `InvalidToken`."""
    access_token = read_access_token(encoded, find_key=find_key, issuer=issuer, story=story)
    _require_audience(access_token, audiences)
    _require_unexpired(access_token, now)
    return access_token


def read_access_token(
    encoded: str,
    *,
    find_key: Callable[[str], "EllipticCurvePublicKey | None"],
    issuer: str,
    story: Story,
) -> AccessToken:
    """What a token says that was issued here, wherever and until whenever it is good.

    Raises `InvalidToken`.
    """
    signed = _parsed(encoded)
    _require_type(signed.header)
    _require_plain_header(signed.header)
    claims = _verified_claims(signed, _key(signed.header, find_key))
    access_token = _access_token(claims)
    # the signature is ours, so it was issued to them, wherever and whenever it is good
    story.is_about(access_token.client_id, access_token.grant_id)
    _require_issuer(claims, issuer)
    return access_token


def _parsed(encoded: str) -> jws.Jws:
    try:
        return jws.parse(encoded)
    except jws.BadJws:
        raise _invalid("malformed") from None


def _require_type(header: Mapping[str, Any]) -> None:
    # RFC 9068 section 4: typ must be at+jwt, with or without the application/ prefix
    typ = header.get("typ")
    if not isinstance(typ, str) or typ.lower().removeprefix("application/") != ACCESS_TOKEN_TYPE:
        raise _invalid("wrong typ")


def _require_plain_header(header: Mapping[str, Any]) -> None:
    # RFC 8725 section 3.1: the one algorithm that we sign with
    if header.get("alg") != SIGNING_ALGORITHM:
        raise _invalid("wrong alg")
    # RFC 7515 section 4.1.11: extensions that are critical and not understood; RFC 7797 section 3
    # is the one that changes what a signature covers
    if "crit" in header or "b64" in header:
        raise _invalid("crit header")


def _key(
    header: Mapping[str, Any], find_key: Callable[[str], "EllipticCurvePublicKey | None"]
) -> "EllipticCurvePublicKey":
    # RFC 8725 section 3.10: keys come from our own set, never from the token
    kid = header.get("kid")
    key = find_key(kid) if isinstance(kid, str) else None
    if key is None:
        raise _invalid("unknown kid")
    return key


def _verified_claims(signed: jws.Jws, key: "EllipticCurvePublicKey") -> Mapping[str, Any]:
    try:
        return jws.verified_claims(signed, key)
    except jws.BadJws:
        raise _invalid("wrong signature") from None


def _require_issuer(claims: Mapping[str, Any], issuer: str) -> None:
    # RFC 9068 section 4: iss must be exactly the authorization server's
    if claims.get("iss") != issuer:
        raise _invalid("wrong iss")


def _require_audience(access_token: AccessToken, audiences: Collection[str]) -> None:
    # RFC 9068 section 4: aud must name this resource
    if not any(audience in access_token.audiences for audience in audiences):
        raise _invalid("wrong aud")


def _require_unexpired(access_token: AccessToken, now: int) -> None:
    # RFC 7519 section 4.1.4: on or after exp it is not accepted
    if access_token.expires_at <= now:
        raise InvalidToken("The access token has expired", reason="expired")


def _access_token(claims: Mapping[str, Any]) -> AccessToken:
    names = ("sub", "client_id", "grant_id", "scope", "jti")
    subject, client_id, grant_id, scope, token_id = (claims.get(name) for name in names)
    # RFC 9068 section 2.2: required claims; the grant's id is ours
    if not (isinstance(subject, str) and isinstance(client_id, str) and isinstance(scope, str)):
        raise _invalid("claims missing")
    if not isinstance(token_id, str):
        raise _invalid("no jti")
    if not isinstance(grant_id, str) or not is_identifier(grant_id):
        raise _invalid("no grant_id")
    exp, iat = _time(claims, "exp"), _time(claims, "iat")
    audiences = _audiences(claims)
    return AccessToken(
        subject, client_id, grant_id, parse_scope(scope), exp, iat, token_id, audiences
    )


def _time(claims: Mapping[str, Any], name: str) -> int:
    value = claims.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _invalid(f"no {name}")
    return value


def _audiences(claims: Mapping[str, Any]) -> tuple[str, ...]:
    # RFC 7519 section 4.1.3: one string, or a list of them
    aud = claims.get("aud")
    named = aud if isinstance(aud, list) else [aud]
    return tuple(each for each in named if isinstance(each, str))


def _invalid(reason: str) -> InvalidToken:
    return InvalidToken("The access token is not valid for this server", reason=reason)
