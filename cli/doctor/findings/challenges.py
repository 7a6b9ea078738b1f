"""The refusal of a request without a token, which is where every client starts."""

from collections.abc import Iterator
from typing import Final

from cli.doctor.challenge import read_challenge
from cli.doctor.findings.finding import Finding, numbers
from cli.doctor.targets import is_loopback
from cli.doctor.visit import Visit

_REMAPPED: Final = "x-amzn-remapped-www-authenticate"
_CHALLENGE: Final = ("RFC 9728 section 5.1", "RFC 6750 section 3")


def no_refusal(visit: Visit) -> Iterator[Finding]:
    """A request without a token is a 401, by any method."""
    post, get = visit.opened["POST"], visit.opened["GET"]
    if visit.is_open:
        # a server that means to be open has no OAuth, and that is no fault
        if not visit.resource_exchange and not visit.server_exchange:
            return
        yield Finding(
            "open_without_token",
            "The MCP endpoint answers without a token, though there is metadata for OAuth: "
            "whoever knows the URL is in.",
            "Refuse requests without a good access token with 401 and a challenge.",
            clauses=("MCP authorization, access token usage",),
            seen_in=numbers(post, visit.resource_exchange, visit.server_exchange),
        )
    elif not post.is_redirect and post.status != 401:
        yield Finding(
            "no_401",
            f"A request without a token is answered {post.status or 'not at all'}, not 401.",
            "Answer 401 with a WWW-Authenticate header: that is what starts a sign-in.",
            clauses=("MCP authorization, error handling", "RFC 6750 section 3.1"),
            clients=tuple(each.name for each in visit.profiles if each.opens == "POST"),
            seen_in=numbers(post),
        )
    if post.status == 401 and get.status != 401 and not get.is_redirect:
        yield Finding(
            "get_not_refused",
            f"A GET without a token is answered {get.status or 'not at all'}, not 401.",
            "Check the token before the method, so that a GET without one is challenged too.",
            clauses=("RFC 6750 section 3.1",),
            clients=tuple(each.name for each in visit.profiles if each.opens == "GET"),
            seen_in=numbers(get),
        )


def challenge_header(visit: Visit) -> Iterator[Finding]:
    """A 401 carries `WWW-Authenticate`, by that name, for Bearer."""
    refused = [each for each in visit.opened.values() if each.status == 401]
    bare = [each for each in refused if not read_challenge(each.header("www-authenticate"))]
    if not bare:
        return
    seen = numbers(*bare)
    renamed = [each for each in bare if _renamed(dict(each.headers))]
    if renamed:
        name = _renamed(dict(renamed[0].headers))
        yield Finding(
            "challenge_renamed",
            f"The challenge leaves as {name}, a header that no client reads.",
            "Something between the server and the client renames WWW-Authenticate (API Gateway "
            "does that): map it back in the integration's response parameters.",
            clauses=_CHALLENGE,
            clients=_of_everybody(visit),
            seen_in=seen,
        )
        return
    yield Finding(
        "challenge_missing",
        "A 401 has no WWW-Authenticate header with a Bearer challenge.",
        'Add WWW-Authenticate: Bearer resource_metadata="…" to every 401 of the MCP endpoint.',
        clauses=_CHALLENGE,
        clients=visit.clients("needs_resource_metadata"),
        seen_in=seen,
    )


def challenge_parameters(visit: Visit) -> Iterator[Finding]:
    """The challenge names the protected resource metadata, once, and it is there."""
    for exchange in visit.opened.values():
        challenge = read_challenge(exchange.header("www-authenticate"))
        if exchange.status != 401 or challenge is None:
            continue
        named = challenge.values("resource_metadata")
        if not named:
            yield Finding(
                "challenge_without_resource_metadata",
                "The challenge does not say where the protected resource metadata is.",
                "Add resource_metadata with the document's URL to the challenge.",
                clauses=("RFC 9728 section 5.1",),
                clients=visit.clients("needs_resource_metadata"),
                seen_in=numbers(exchange),
            )
        if len(named) > 1:
            yield Finding(
                "challenge_repeats_resource_metadata",
                f"The challenge has resource_metadata {len(named)} times.",
                "Name one document: a parameter may occur once in a challenge.",
                clauses=("RFC 9110 section 11.2",),
                seen_in=numbers(exchange),
            )
        return


def challenge_target(visit: Visit) -> Iterator[Finding]:
    """What the challenge names is there."""
    exchange = visit.resource_places.get("header")
    if exchange and not exchange.found:
        yield Finding(
            "challenge_leads_nowhere",
            f"The challenge names {exchange.url}, where no document is ({_said(exchange.status)}).",
            "Serve the protected resource metadata at exactly the URL in the challenge.",
            clauses=("RFC 9728 section 5.1",),
            clients=tuple(each.name for each in visit.profiles if not each.falls_back),
            seen_in=numbers(exchange),
        )


def redirects(visit: Visit) -> Iterator[Finding]:
    """Neither spelling of the MCP URL redirects, as clients drop the token on the way."""
    for exchange in (visit.opened["POST"], visit.respelled):
        if exchange and exchange.is_redirect:
            yield Finding(
                "mcp_endpoint_redirects",
                f"{exchange.url} redirects to {exchange.header('location')}: clients lose their "
                "token on the way, or do not follow at all.",
                "Answer with and without a slash at the end by the same handler, or with 404.",
                clauses=("MCP authorization, access token usage",),
                clients=visit.everybody,
                seen_in=numbers(exchange),
            )
            return


def encryption(visit: Visit) -> Iterator[Finding]:
    """Tokens travel by https."""
    if visit.url.startswith("http://") and not is_loopback(visit.url):
        yield Finding(
            "not_https",
            "The MCP URL is http, so tokens can be read on the way.",
            "Serve it by https.",
            clauses=("RFC 6750 section 5.3", "MCP authorization, communication security"),
            seen_in=numbers(visit.opened["POST"]),
        )


def _renamed(headers: dict[str, str]) -> str:
    for name, value in headers.items():
        remapped = name.lower() == _REMAPPED
        if name.lower() != "www-authenticate" and (remapped or read_challenge(value)):
            return name.lower()
    return ""


def _of_everybody(visit: Visit) -> tuple[str, ...]:
    return tuple(each.name for each in visit.profiles if "header" in each.resource_metadata)


def _said(status: int | None) -> str:
    return f"{status}" if status else "no answer"
