"""The token endpoint's answers, and what comes back to the client before them."""

import base64
import json
from collections.abc import Iterator
from typing import Any, Final

from cli.doctor.findings.finding import Finding, numbers
from cli.doctor.steps.metadata import issuer_of
from cli.doctor.urls import covers
from cli.doctor.visit import Visit

_ANSWER: Final = ("RFC 6749 section 5.1",)
_ERRORS: Final = ("RFC 6749 section 5.2",)


def client_authentication(visit: Visit) -> Iterator[Finding]:
    """Each client's own way to authenticate is taken: a made-up code gets past it."""
    walks = [walk for walk in visit.walks if walk.token_answer and walk.registration]
    refused = [w for w in walks if w.token_answer and _error(w.token_answer) == "invalid_client"]
    if refused:
        yield Finding(
            "client_authentication_refused",
            "These clients registered, and then are not let in at the token endpoint.",
            "Take client authentication by the method that the registration was answered with.",
            clauses=("RFC 6749 section 2.3", "RFC 7591 section 3.2.1"),
            clients=tuple(each.profile.name for each in refused),
            seen_in=numbers(*(each.token_answer for each in refused)),
        )
    answers = [w.token_answer for w in walks if w.token_answer and w not in refused]
    odd = [each for each in answers if not _error(each) or each.status not in (400, 401)]
    if odd:
        yield Finding(
            "token_error_unclear",
            f"A code that nobody issued is answered {odd[0].status}, and not 400 with an error "
            "code.",
            "Answer errors as JSON with the registered code.",
            clauses=_ERRORS,
            seen_in=numbers(*odd),
        )


def unknown_client(visit: Visit) -> Iterator[Finding]:
    """A client that is not known here is told so, in the way that makes it register again."""
    answer = visit.unknown_client.get("token")
    if answer and (answer.status != 401 or _error(answer) != "invalid_client"):
        yield Finding(
            "unknown_client_not_told",
            f"A client that is not registered is answered {answer.status} "
            f"{_error(answer) or '(no error)'} at the token endpoint.",
            "Answer 401 invalid_client, so that the client registers again.",
            clauses=_ERRORS,
            clients=visit.clients("replays_dead_ids"),
            seen_in=numbers(answer),
        )


def authorization_response(visit: Visit) -> Iterator[Finding]:
    """What comes back says for whom and from whom it is."""
    if not visit.came_back:
        return
    seen = numbers(visit.came_back.exchange)
    if visit.came_back.outcome == "error":
        yield Finding(
            "sign_in_failed",
            "The sign-in came back without a code: "
            f"{visit.came_back.returned.get('error', 'and without an error')}.",
            "See the server's log; access_denied means that the person did not allow it.",
            clauses=("RFC 6749 section 4.1.2.1",),
            seen_in=seen,
        )
    listed = visit.server.get("authorization_response_iss_parameter_supported") is True
    returned, expected = visit.came_back.returned.get("iss"), visit.server.get("issuer")
    # where the metadata's issuer is wrong, that is a finding of its own
    if (listed or returned is not None) and returned not in (expected, issuer_of(visit)):
        yield Finding(
            "iss_wrong",
            f"The answer's iss is {returned or 'missing'}, and the metadata's issuer {expected}.",
            "Send iss with the issuer, letter for letter, where the metadata promises it.",
            clauses=("RFC 9207 section 2",),
            seen_in=seen,
        )


def token_response(visit: Visit) -> Iterator[Finding]:
    """A code is answered with a token response that every client can read."""
    exchange = visit.token_answer
    if not exchange:
        return
    answer, seen = exchange.found or {}, numbers(exchange)
    if not isinstance(answer.get("access_token"), str):
        yield Finding(
            "token_refused",
            f"The code is refused: {exchange.status} {_error(exchange)}.".replace(" .", "."),
            "Take the code with its verifier, redirect_uri and resource.",
            clauses=("RFC 6749 section 4.1.3",),
            seen_in=seen,
        )
        return
    if str(answer.get("token_type")).lower() != "bearer":
        yield Finding(
            "token_type_wrong",
            f"token_type is {answer.get('token_type')}, not Bearer.",
            'Add "token_type": "Bearer".',
            clauses=_ANSWER,
            seen_in=seen,
        )
    if "no-store" not in exchange.header("cache-control").lower():
        yield Finding(
            "token_cacheable",
            "The token response has no Cache-Control: no-store, so it may be kept on the way.",
            "Send Cache-Control: no-store with every answer that has a token.",
            clauses=_ANSWER,
            seen_in=seen,
        )
    if "expires_in" in answer and type(answer["expires_in"]) is not int:
        yield Finding(
            "expires_in_not_integer",
            "expires_in is no integer.",
            "Write the seconds as a number, without quotes and fractions.",
            clauses=_ANSWER,
            clients=visit.clients("refuses_nulls"),
            seen_in=seen,
        )


def audience(visit: Visit) -> Iterator[Finding]:
    """The token is bound to the resource that was asked for, where that can be seen."""
    claims = _claims(visit.tokens.access_token) if visit.tokens else {}
    if not claims:
        return
    named = claims.get("aud")
    aud = named if isinstance(named, list) else [named]
    if not any(covers(each, visit.url) for each in aud):
        yield Finding(
            "resource_ignored",
            f"A token was asked for {visit.resource}, and its audience is "
            f"{', '.join(str(each) for each in aud)}.",
            "Bind the token to the resource parameter: put it into aud.",
            clauses=("RFC 8707 section 2", "MCP authorization, resource parameter"),
            seen_in=numbers(visit.token_answer),
        )
    if "iss" in claims and claims["iss"] != visit.server.get("issuer", issuer_of(visit)):
        yield Finding(
            "token_issuer_mismatch",
            f"The token's iss is {claims['iss']}, and the metadata's issuer another.",
            "Write one issuer everywhere.",
            clauses=("RFC 9068 section 2.2",),
            seen_in=numbers(visit.token_answer),
        )


def _error(exchange: Any) -> str:
    return str((exchange.document or {}).get("error") or "")


def _claims(token: str) -> dict[str, Any]:
    parts = token.split(".")
    try:
        decoded = json.loads(base64.urlsafe_b64decode(f"{parts[1]}==")) if len(parts) == 3 else {}
    except (ValueError, RecursionError):
        return {}
    return decoded if isinstance(decoded, dict) else {}
