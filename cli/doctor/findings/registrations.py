"""Registration and its answer (RFC 7591)."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from cli.doctor.exchange import Exchange
from cli.doctor.findings.finding import Finding, numbers
from cli.doctor.visit import Visit

_EPOCHS: Final = ("client_id_issued_at", "client_secret_expires_at")
_UNRESERVED: Final = re.compile(r"[A-Za-z0-9._~-]+")
_RESPONSE: Final = ("RFC 7591 section 3.2.1",)


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
        said = answer.get("error_description") or answer.get("error") or "no reason is given"
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


def _answers(visit: Visit) -> list[tuple[str, Exchange, Mapping[str, Any]]]:
    found = [
        (walk.profile.name, walk.registered, walk.registration.answer)
        for walk in visit.walks
        if walk.registered and walk.registration
    ]
    if visit.own and visit.own.exchange:
        found.append(("", visit.own.exchange, visit.own.answer))
    return found


def _faulty(
    visit: Visit, is_faulty: Callable[[Exchange, Mapping[str, Any]], bool]
) -> tuple[int, ...]:
    return numbers(
        *(exchange for _, exchange, answer in _answers(visit) if is_faulty(exchange, answer))
    )


def nulls(visit: Visit) -> Iterator[Finding]:
    """Members that are not set are left out."""
    seen = _faulty(visit, lambda _, answer: None in answer.values())
    if seen:
        names = {
            n for _, _, answer in _answers(visit) for n, value in answer.items() if value is None
        }
        yield Finding(
            "registration_nulls",
            f"The answer to a registration has null for {', '.join(sorted(names)[:5])}.",
            "Leave out what is not set: clients that parse strictly stop at a null.",
            clients=visit.clients("refuses_nulls"),
            clauses=_RESPONSE,
            seen_in=seen,
        )


def echoed(visit: Visit) -> Iterator[Finding]:
    """The answer says which redirect URIs were registered."""
    seen = _faulty(visit, lambda _, answer: not isinstance(answer.get("redirect_uris"), list))
    if seen:
        yield Finding(
            "registration_without_redirect_uris",
            "The answer to a registration does not repeat redirect_uris.",
            "Answer with all metadata that was registered.",
            clauses=_RESPONSE,
            clients=visit.clients("refuses_nulls"),
            seen_in=seen,
        )


def status(visit: Visit) -> Iterator[Finding]:
    """It is a 201."""
    seen = _faulty(visit, lambda exchange, _: exchange.status != 201)
    if seen:
        yield Finding(
            "registration_not_201",
            "A registration is answered 200, not 201.",
            "Answer 201 Created.",
            clauses=_RESPONSE,
            seen_in=seen,
        )


def secret_expiry(visit: Visit) -> Iterator[Finding]:
    """A secret comes with `client_secret_expires_at`, 0 for never."""
    seen = _faulty(
        visit,
        lambda _, answer: (
            bool(answer.get("client_secret")) and answer.get("client_secret_expires_at") is None
        ),
    )
    if seen:
        yield Finding(
            "registration_secret_without_expiry",
            "The answer has a client_secret and no client_secret_expires_at.",
            "Add client_secret_expires_at, 0 if it does not expire.",
            clauses=_RESPONSE,
            seen_in=seen,
        )


def epochs(visit: Visit) -> Iterator[Finding]:
    """Times are integers."""

    def odd(answer: Mapping[str, Any]) -> bool:
        given = [answer.get(name) for name in _EPOCHS]
        return any(each is not None and type(each) is not int for each in given)

    seen = _faulty(visit, lambda _, answer: odd(answer))
    if seen:
        yield Finding(
            "registration_times_not_integers",
            "A time in the answer to a registration is no integer.",
            "Write times as whole seconds since 1970.",
            clauses=_RESPONSE,
            clients=visit.clients("refuses_nulls"),
            seen_in=seen,
        )


def characters(visit: Visit) -> Iterator[Finding]:
    """Ids and secrets need no encoding, as not every client encodes them."""

    def odd(answer: Mapping[str, Any]) -> bool:
        secret = answer.get("client_secret")
        given = [str(answer.get("client_id")), str(secret)] if secret else []
        return not all(_UNRESERVED.fullmatch(each) for each in given)

    seen = _faulty(visit, lambda _, answer: odd(answer))
    if seen:
        yield Finding(
            "client_id_needs_encoding",
            "A client id or secret has characters that must be percent-encoded in Basic.",
            "Make them of letters, digits, dots, hyphens, underscores and tildes only.",
            clauses=("RFC 6749 section 2.3.1",),
            clients=tuple(each.name for each in visit.profiles if each.secret == "raw"),
            seen_in=seen,
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
