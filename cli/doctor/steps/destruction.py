"""Probes that may end the doctor's own grant. Only where they were asked for."""

from typing import Final

from cli.doctor.steps.client_token import ask_token
from cli.doctor.steps.leaving import revoke
from cli.doctor.steps.refresh import ask_refresh, renewed
from cli.doctor.steps.refusals import call_with
from cli.doctor.visit import Tokens, Visit

STEP: Final = "Destructive probes"
ANOTHER: Final = "https://doctor.invalid/mcp"


def destroy(visit: Visit) -> None:
    """A token of another audience, an old refresh token, the code again, a revoked token."""
    tokens = visit.tokens
    if not tokens:
        return
    if tokens.refresh_token:
        tokens = _old_refresh_token(visit, _another_audience(visit, tokens))
    if visit.code_request:
        visit.destroyed["code"] = ask_token(
            visit, tokens.registration, visit.code_request, step=STEP
        )
    if revoke(visit) and tokens.access_token:
        visit.destroyed["revoked"] = call_with(visit, tokens.access_token)


def _another_audience(visit: Visit, tokens: Tokens) -> Tokens:
    visit.destroyed["another"] = answer = ask_refresh(visit, tokens, resource=ANOTHER)
    token = (answer.found or {}).get("access_token")
    if isinstance(token, str) and token:
        visit.destroyed["with another"] = call_with(visit, token)
    return renewed(visit, tokens, answer)


def _old_refresh_token(visit: Visit, tokens: Tokens) -> Tokens:
    """Two generations old, so that no server takes it for a retry."""
    old = tokens
    for _ in range(2):
        tokens = renewed(visit, tokens, ask_refresh(visit, tokens))
    if tokens.refresh_token != old.refresh_token:
        visit.destroyed["old"] = ask_refresh(visit, old)
    return tokens
