"""Identity assertions as grants: ID-JAG, by which an enterprise manages who may connect what.

draft-ietf-oauth-identity-assertion-authz-grant, as MCP's enterprise-managed authorization profiles
it, over RFC 7523 section 2.1 and 3. The identity provider has signed the person in and asked its
own policy; here its word is checked, and taken for the person's consent.
"""

import json
from typing import Any, Final

from gatehouse.documents import DocumentUnavailable
from gatehouse.errors import InvalidGrant, InvalidScope, TemporarilyUnavailable
from gatehouse.oauth.assertions import (
    Assertion,
    BadAssertion,
    read_assertion,
    require_lifetime,
    require_signature,
)
from gatehouse.oauth.capabilities import ID_JAG_TYPE
from gatehouse.oauth.clients.client import Client
from gatehouse.oauth.scopes import OFFLINE_ACCESS, ScopeCatalogue, parse_scope
from gatehouse.oauth.secret_values import digest
from gatehouse.oauth.token_endpoint.issuance import Issuance
from gatehouse.oauth.trusted_issuers import TrustedIssuers
from gatehouse.parameters import Parameters

# Told apart from the subjects of people who sign in here, which are shorter.
_SUBJECT_PREFIX: Final = "idp_"
# Each narrows what the assertion is good for, in a way that is not understood here: whose tenant's
# it is, which key has to be proven, what exactly is allowed. Without them it would allow more.
_NOT_UNDERSTOOD: Final = ("tenant", "cnf", "authorization_details")
_LONGEST_EMAIL: Final = 254


def exchange_assertion(
    parameters: Parameters, client: Client, issuance: Issuance
) -> dict[str, Any]:
    """The token response for the ID-JAG in `parameters`, without a refresh token: it is the grant.

    Raises `InvalidRequest`, `InvalidGrant`, `InvalidScope`, `InvalidTarget`, and
    `TemporarilyUnavailable` while its issuer's keys cannot be had.
    """
    encoded = parameters.require("assertion")
    try:
        assertion = read_assertion(encoded, types=(ID_JAG_TYPE,))
        issuer = _trusted_issuer(assertion, issuance.trusted_issuers)
        _require_for(client, assertion, issuance.issuer)
        expires_at = require_lifetime(assertion, now=issuance.now, needs_iat=True)
        _require_understood(assertion)
        jti, subject = assertion.text("jti"), _subject(issuer, assertion)
        _require_signature(issuer, assertion, issuance)
        resources = _resources(parameters, assertion, client, issuance)
        scopes = _scopes(parameters, assertion, client, issuance.policy.scopes)
    except BadAssertion as bad:
        raise _invalid(bad) from None
    issuance.single_use.note(
        "grant",
        issuer,
        jti,
        expires_at=expires_at,
        refusal=_invalid(BadAssertion("it was used before")),
    )
    answer = issuance.answer_without_code(
        client, subject=subject, email=_email(assertion), scopes=scopes, resources=resources
    )
    issuance.story.outcome = "assertion_exchanged"
    return answer


def _trusted_issuer(assertion: Assertion, trusted: TrustedIssuers) -> str:
    # RFC 7521 section 5.2: an issuer that we recognize
    issuer = assertion.text("iss")
    if issuer not in trusted:
        raise BadAssertion("its issuer is not trusted here")
    return issuer


def _require_for(client: Client, assertion: Assertion, issuer: str) -> None:
    # Section 4.4.1 of the draft: our issuer and nobody besides, also in an array
    if assertion.audiences != (issuer,):
        raise BadAssertion("aud is not the issuer of this authorization server alone")
    # ... and the client that authenticated: no other may use it
    if assertion.text("client_id") != client.client_id:
        raise BadAssertion("client_id is not the client that sent it")


def _require_understood(assertion: Assertion) -> None:
    for name in _NOT_UNDERSTOOD:
        if name in assertion.claims:
            raise BadAssertion(f"{name} is not supported")


def _require_signature(issuer: str, assertion: Assertion, issuance: Issuance) -> None:
    try:
        keys = issuance.trusted_issuers.keys(issuer, assertion.header, now=issuance.now)
    except DocumentUnavailable as unavailable:
        raise TemporarilyUnavailable(
            "The keys of the assertion's issuer cannot be had; try again", reason=str(unavailable)
        ) from None
    require_signature(assertion, keys)


def _resources(
    parameters: Parameters, assertion: Assertion, client: Client, issuance: Issuance
) -> tuple[str, ...]:
    # MCP's extension section 4.3: required; the draft has one or several (RFC 8707 section 2)
    claimed = assertion.claims.get("resource")
    named = [each for each in _listed(claimed) if isinstance(each, str) and each]
    if not named or len(named) < len(_listed(claimed)):
        raise BadAssertion("resource is missing or no text")
    granted = issuance.resources.narrowed(named, granted=issuance.allowed_resources(client))
    return issuance.resources.narrowed(parameters.all("resource"), granted=granted)


def _scopes(
    parameters: Parameters, assertion: Assertion, client: Client, scopes: ScopeCatalogue
) -> tuple[str, ...]:
    claimed = assertion.text("scope") if "scope" in assertion.claims else None
    allowed = scopes.reach(scopes.default if claimed is None else parse_scope(claimed))
    if client.added_by_operator:
        allowed &= scopes.reach(client.scopes)
    # Names that do not exist here are left out, as everywhere; none named means all of them
    asked = {name for name in parse_scope(parameters.get("scope")) if name in scopes.names}
    # The assertion takes the place of a refresh token, so nothing is offline
    granted = (allowed & asked if asked else allowed) - {OFFLINE_ACCESS}
    known = scopes.known(granted)
    if not known:
        raise InvalidScope(
            "No scope that was asked for is both allowed by the assertion and to be had"
        )
    return known


def _subject(issuer: str, assertion: Assertion) -> str:
    # An issuer's sub is unique to it alone
    return _SUBJECT_PREFIX + digest(json.dumps([issuer, assertion.text("sub")]))


def _email(assertion: Assertion) -> str | None:
    """The person's address, unless their own identity provider does not vouch for it."""
    email = assertion.claims.get("email")
    # OpenID Connect Core section 5.1; the draft gives no email_verified, as the issuer manages both
    if assertion.claims.get("email_verified", True) is not True or not isinstance(email, str):
        return None
    is_address = "@" in email and email.isprintable() and len(email) <= _LONGEST_EMAIL
    return email if is_address else None


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _invalid(bad: BadAssertion) -> InvalidGrant:
    return InvalidGrant(f"The assertion is not valid: {bad}", reason=f"assertion: {bad}")
