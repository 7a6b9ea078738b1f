"""CORS: what a client in a browser may send and read."""

from collections.abc import Iterator
from typing import Final

from cli.doctor.exchange import Exchange
from cli.doctor.findings.finding import Finding, numbers
from cli.doctor.steps.cors import ORIGIN
from cli.doctor.visit import Visit

_MCP: Final = "the MCP endpoint"
_CHALLENGE: Final = "its challenge"
_AUTHORIZATION: Final = "the authorization endpoint"
_FETCH: Final = ("Fetch, CORS protocol",)


def preflights(visit: Visit) -> Iterator[Finding]:
    """Each endpoint that a client calls answers a preflight from anywhere."""
    failed = {
        name: exchange
        for name, exchange in visit.preflights.items()
        if name not in (_CHALLENGE, _AUTHORIZATION) and not _allows(exchange)
    }
    if failed:
        yield Finding(
            "cors_missing",
            f"A browser may not call {', '.join(failed)}: the preflight is refused, or does not "
            "allow the origin and the headers that clients send.",
            "Answer OPTIONS without a token with 204, Access-Control-Allow-Origin, "
            "Access-Control-Allow-Methods and Access-Control-Allow-Headers that name "
            "Authorization, Content-Type and MCP-Protocol-Version.",
            clauses=_FETCH,
            clients=visit.clients("runs_in_a_browser"),
            seen_in=numbers(*failed.values()),
        )


def authorization_header(visit: Visit) -> Iterator[Finding]:
    """`*` does not cover Authorization."""
    exchange = visit.preflights.get(_MCP)
    if exchange and _allows(exchange) and "authorization" not in _listed(exchange, "headers"):
        yield Finding(
            "cors_authorization_not_allowed",
            "The MCP endpoint's Access-Control-Allow-Headers does not name Authorization, which "
            "* does not cover.",
            "Name Authorization beside whatever else is allowed.",
            clauses=("Fetch, CORS non-wildcard request-header name",),
            clients=visit.clients("runs_in_a_browser"),
            seen_in=numbers(exchange),
        )


def exposed_challenge(visit: Visit) -> Iterator[Finding]:
    """A page may read the challenge."""
    exchange = visit.preflights.get(_CHALLENGE)
    if not exchange or exchange.status != 401 or not exchange.header("www-authenticate"):
        return
    if "www-authenticate" not in _listed(exchange, "expose") or not _origin_allowed(exchange):
        yield Finding(
            "cors_challenge_hidden",
            "A client in a browser may not read the challenge of a 401.",
            "Send Access-Control-Allow-Origin and Access-Control-Expose-Headers: WWW-Authenticate "
            "with the 401 itself.",
            clauses=_FETCH,
            clients=visit.clients("runs_in_a_browser"),
            seen_in=numbers(exchange),
        )


def authorization_endpoint(visit: Visit) -> Iterator[Finding]:
    """The authorization endpoint is for people, and has no CORS."""
    exchange = visit.preflights.get(_AUTHORIZATION)
    if exchange and _origin_allowed(exchange):
        yield Finding(
            "cors_at_authorization",
            "The authorization endpoint allows calls from other origins.",
            "Leave CORS headers out there: the browser is sent to it, and no page calls it.",
            clauses=("RFC 9700 section 2.6", "OAuth 2.1 section 7.5"),
            seen_in=numbers(exchange),
        )


def _allows(exchange: Exchange) -> bool:
    sent = {name.lower(): value for name, value in exchange.sent_headers}
    ok = exchange.status is not None and 200 <= exchange.status < 300
    if not ok or not _origin_allowed(exchange):
        return False
    wanted = {each.strip() for each in sent["access-control-request-headers"].split(",")}
    # left to the check of its own, and allowed by default
    wanted -= {"authorization", "accept"}
    headers = _listed(exchange, "headers")
    methods = _listed(exchange, "methods") | {"get", "head", "post", "*"}
    method = sent["access-control-request-method"].lower()
    return method in methods and ("*" in headers or wanted <= headers)


def _listed(exchange: Exchange, what: str) -> set[str]:
    name = {"expose": "access-control-expose-headers"}.get(what, f"access-control-allow-{what}")
    return {each.strip().lower() for each in exchange.header(name).split(",") if each.strip()}


def _origin_allowed(exchange: Exchange) -> bool:
    return exchange.header("access-control-allow-origin") in ("*", ORIGIN)
