"""Probes that may end the doctor's own grant. Only where they were asked for."""

from typing import Final

from cli.doctor.loopback import Listener
from cli.doctor.steps.client_token import ask_token
from cli.doctor.steps.leaving import revoke
from cli.doctor.steps.refresh import ask_refresh, renewed
from cli.doctor.steps.refusals import ANOTHER, call_with
from cli.doctor.steps.sign_in import Person, come_back
from cli.doctor.visit import Tokens, Visit

STEP: Final = "Destructive probes"


def destroy(visit: Visit, listener: Listener, person: Person) -> None:
    """A token of another audience, an old refresh token, the code again, a revoked token."""
    tokens = visit.tokens
    if not tokens:
        return
    _another_audience(visit, tokens, listener, person)
    if tokens.refresh_token:
        tokens = _old_refresh_token(visit, _for_another_resource(visit, tokens))
    if visit.code_request:
        visit.destroyed["code"] = ask_token(
            visit, tokens.registration, visit.code_request, step=STEP
        )
    if revoke(visit, tokens) and tokens.access_token:
        visit.destroyed["revoked"] = call_with(visit, tokens.access_token)


def _another_audience(visit: Visit, tokens: Tokens, listener: Listener, person: Person) -> None:
    """A token of another resource, if the server gives one: the person signs in once more."""
    if not visit.foreign_resource or not visit.foreign_resource.accepted:
        return
    own = tokens.registration
    returned = come_back(visit, own, listener, person, resource=ANOTHER)
    if returned is None or returned.authorization.outcome != "code":
        return
    answer = ask_token(visit, own, returned.token_request, step=STEP)
    visit.destroyed["for another"] = answer
    token = (answer.found or {}).get("access_token")
    if isinstance(token, str) and token:
        visit.destroyed["with another"] = call_with(visit, token)
        revoke(visit, Tokens(own, answer, answer.found or {}))


def _for_another_resource(visit: Visit, tokens: Tokens) -> Tokens:
    visit.destroyed["another"] = answer = ask_refresh(visit, tokens, resource=ANOTHER)
    token = (answer.found or {}).get("access_token")
    if isinstance(token, str) and token:
        visit.destroyed["refreshed for another"] = call_with(visit, token)
    visit.tokens = renewed(tokens, answer)
    return visit.tokens


def _old_refresh_token(visit: Visit, tokens: Tokens) -> Tokens:
    """Two generations old, so that no server takes it for a retry."""
    old = tokens
    for _ in range(2):
        visit.tokens = tokens = renewed(tokens, ask_refresh(visit, tokens))
    if tokens.refresh_token != old.refresh_token:
        visit.destroyed["old"] = ask_refresh(visit, old)
    return tokens
