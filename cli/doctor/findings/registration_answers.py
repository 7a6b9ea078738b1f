"""What a registration is answered with (RFC 7591 section 3.2.1)."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from cli.doctor.exchange import Exchange
from cli.doctor.findings.finding import Finding, numbers
from cli.doctor.visit import Visit

_EPOCHS: Final = ("client_id_issued_at", "client_secret_expires_at")
_UNRESERVED: Final = re.compile(r"[A-Za-z0-9._~-]+")
_RESPONSE: Final = ("RFC 7591 section 3.2.1",)


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
