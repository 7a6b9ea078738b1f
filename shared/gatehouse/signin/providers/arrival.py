"""Who came from a provider, as far as it says so."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from gatehouse.signin.people import canonical_email
from gatehouse.signin.providers.provider import Provider

_GOOGLE: Final = "https://accounts.google.com"
_LONGEST_EMAIL: Final = 254


class UpstreamTokens(NamedTuple):
    """The provider's own tokens, which no client of ours ever sees. `expires_at`: epoch seconds."""

    access_token: str
    refresh_token: str | None
    expires_at: int | None


class Arrival(NamedTuple):
    """`subject` is the provider's name for the person; `email` is None unless it is verified."""

    subject: str
    email: str | None
    groups: frozenset[str]
    tokens: UpstreamTokens


def verified_email(claims: Mapping[str, Any], provider: Provider) -> str | None:
    """The address in its canonical form, if the provider vouches for it.

    OpenID Connect Core section 5.1: `email` alone is whatever somebody typed.
    """
    email, verified = claims.get("email"), claims.get("email_verified")
    if not isinstance(email, str) or not email.isprintable():
        return None
    canonical = canonical_email(email)
    name, _, domain = canonical.rpartition("@")
    if not name or not domain or len(canonical) > _LONGEST_EMAIL:
        return None
    if domain in provider.verified_domains and verified in (None, True):
        return canonical
    # a JSON true, and no text that says so
    if verified is not True or not _is_authoritative(claims, domain, provider):
        return None
    return canonical


def groups(claims: Mapping[str, Any], provider: Provider) -> frozenset[str]:
    """The groups that the configured claim names, one or several."""
    claimed = claims.get(provider.groups_claim)
    listed = claimed if isinstance(claimed, list) else [claimed]
    return frozenset(each for each in listed if isinstance(each, str) and each)


def _is_authoritative(claims: Mapping[str, Any], domain: str, provider: Provider) -> bool:
    # Google verified an address elsewhere once, perhaps long before somebody left the company.
    # Its own documentation: it answers for gmail.com, and where hd names a Workspace domain
    return provider.issuer != _GOOGLE or domain == "gmail.com" or bool(claims.get("hd"))
