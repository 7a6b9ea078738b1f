"""Tokens that have to be refused."""

from collections.abc import Iterator
from typing import Final

from cli.doctor.exchange import Exchange
from cli.doctor.findings.finding import Finding, numbers
from cli.doctor.visit import Visit

_VALIDATION: Final = ("MCP authorization, access token usage",)
_WHAT: Final = {
    "random": ("made_up_token_accepted", "random text as an access token"),
    "unsigned": ("unsigned_token_accepted", "a JWT that nobody signed (alg none)"),
}


def made_up_tokens(visit: Visit) -> Iterator[Finding]:
    """A token that nobody issued opens nothing, and is told from one that lacks a scope."""
    for name, exchange in visit.made_up_tokens.items():
        code, what = _WHAT[name]
        if _let_in(exchange):
            yield Finding(
                code,
                f"The MCP endpoint takes {what}: anybody can write one.",
                "Check signature, issuer, audience and expiry of every token, by the issuer's "
                "published keys and an algorithm that you chose.",
                clauses=(*_VALIDATION, "RFC 9068 section 4"),
                seen_in=numbers(exchange),
            )
    odd = [each for each in visit.made_up_tokens.values() if not _let_in(each)]
    odd = [each for each in odd if each.status != 401]
    if odd and visit.opened["POST"].status == 401:
        yield Finding(
            "bad_token_not_401",
            f"A token that is not good is answered {odd[0].status}, not 401: clients do not "
            "refresh then, and do not sign in again.",
            'Answer 401 with error="invalid_token" in the challenge.',
            clauses=("RFC 6750 section 3.1", "MCP authorization, error handling"),
            clients=visit.everybody,
            seen_in=numbers(*odd),
        )


def another_audience(visit: Visit) -> Iterator[Finding]:
    """A token for another resource opens nothing here."""
    refreshed = visit.destroyed.get("refreshed for another")
    if refreshed and _let_in(refreshed):
        yield Finding(
            "refresh_ignores_resource",
            "A refresh for https://doctor.invalid/mcp, which the grant is not for, is answered "
            "with a token that is good here: the resource parameter is ignored.",
            "Answer a refresh for a resource outside the grant with invalid_target.",
            clauses=("RFC 8707 section 2.2",),
            seen_in=numbers(visit.destroyed.get("another"), refreshed),
        )
    exchange = visit.destroyed.get("with another")
    if exchange and _let_in(exchange):
        yield Finding(
            "other_audience_accepted",
            "The server was asked for a token for https://doctor.invalid/mcp, gave one, and its "
            "MCP endpoint took it: whatever server gets a token for itself can use it here.",
            "Refuse resources that there are not with invalid_target, bind each token to its "
            "resource, and check that at the MCP endpoint.",
            clauses=("RFC 8707 section 2", *_VALIDATION),
            seen_in=numbers(visit.destroyed.get("for another"), exchange),
        )


def ended(visit: Visit) -> Iterator[Finding]:
    """What was used up or revoked is over."""
    old, code = visit.destroyed.get("old"), visit.destroyed.get("code")
    if old and old.found:
        yield Finding(
            "refresh_reuse_accepted",
            "A refresh token that was replaced twice is still good.",
            "Refuse a refresh token that was used, and end its grant: it was stolen.",
            clauses=("OAuth 2.1 section 4.3.1", "RFC 9700 section 4.14.2"),
            seen_in=numbers(old),
        )
    if code and code.found:
        yield Finding(
            "code_reuse_accepted",
            "An authorization code is good a second time.",
            "Mark a code as used with its first exchange, and revoke its tokens at the second.",
            clauses=("RFC 6749 section 4.1.2",),
            seen_in=numbers(code),
        )
    if visit.revoked and visit.revoked.status not in (None, 200):
        yield Finding(
            "revocation_refused",
            "A client that gives up its own token is answered "
            f"{visit.revoked.status} by the revocation endpoint.",
            "Authenticate the client at the revocation endpoint as at the token endpoint, public "
            "clients by their client_id alone, and answer 200.",
            clauses=("RFC 7009 section 2.1",),
            seen_in=numbers(visit.revoked),
        )
    revoked = visit.destroyed.get("revoked")
    if revoked and _let_in(revoked):
        yield Finding(
            "revoked_token_accepted",
            "The MCP endpoint takes an access token whose grant was revoked.",
            "Revoke the access tokens with the refresh token, and look a token up, or keep its "
            "lifetime to minutes.",
            clauses=("RFC 7009 section 2",),
            seen_in=numbers(revoked),
        )


def _let_in(exchange: Exchange) -> bool:
    return exchange.status == 200
