"""Who is let register, and as what (RFC 7591)."""

from collections.abc import Iterator

from cli.doctor.findings.finding import Finding, numbers
from cli.doctor.visit import Visit


def refused(visit: Visit) -> Iterator[Finding]:
    """Every client's registration is taken as it is."""
    walks = [each for each in visit.walks if each.registered and not each.registration]
    absent = [
        (each, each.registered)
        for each in walks
        if each.registered and (each.registered.is_redirect or each.registered.status in (404, 405))
    ]
    if absent:
        _, exchange = absent[0]
        what = "redirects" if exchange.is_redirect else f"is answered {exchange.status}"
        yield Finding(
            "registration_endpoint_missing",
            f"A registration at {exchange.url} {what}: no client gets an id there.",
            "Answer at the URL that the metadata names as registration_endpoint, and name it "
            "there: clients without metadata post to /register.",
            clauses=("RFC 7591 section 3", "RFC 8414 section 2"),
            clients=tuple(each.profile.name for each, _ in absent),
            seen_in=numbers(*(each for _, each in absent)),
        )
        walks = [each for each in walks if each not in [gone for gone, _ in absent]]
    if walks:
        answer = (walks[0].registered and walks[0].registered.document) or {}
        said = answer.get("error_description") or answer.get("error")
        said = said or f"{walks[0].registered and walks[0].registered.status}, without a reason"
        yield Finding(
            "registration_refused",
            f"What these clients register is refused: {str(said).rstrip('.')}.",
            "Take what clients send and answer with what was registered: leave out scopes and "
            "grant types that there are none of, and accept https, loopback and private-use "
            "redirect URIs in one registration.",
            clauses=("RFC 7591 section 2",),
            clients=tuple(each.profile.name for each in walks),
            seen_in=numbers(*(each.registered for each in walks)),
        )


def method_kept(visit: Visit) -> Iterator[Finding]:
    """Who registers without a secret gets none."""
    method = "token_endpoint_auth_method"
    walks = [
        walk
        for walk in visit.walks
        if walk.registration
        and walk.registered
        and walk.profile.registration.get(method) == "none"
        and walk.registration.method != "none"
    ]
    if walks:
        given = walks[0].registration
        yield Finding(
            "none_not_registered",
            "Clients that register with none are told to use "
            f"{given.method if given else 'a secret'}.",
            "Let a client that asks for none be a public client, by PKCE alone.",
            clauses=("OAuth 2.1 section 2.1",),
            clients=tuple(each.profile.name for each in walks),
            seen_in=numbers(*(each.registered for each in walks)),
        )
