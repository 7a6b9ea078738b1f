"""Refreshing: once, then twice at once, as two processes of one client do."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from cli.doctor.exchange import Exchange
from cli.doctor.steps.client_token import ask_token
from cli.doctor.visit import Tokens, Visit

STEP: Final = "Refresh"


def refresh(visit: Visit) -> None:
    """One refresh without a scope, two at once with its token, and one with each answer's."""
    if not visit.tokens or not visit.tokens.refresh_token:
        return
    visit.refreshed = ask_refresh(visit, visit.tokens)
    if not visit.refreshed.found:
        return
    visit.tokens = tokens = renewed(visit.tokens, visit.refreshed)
    with ThreadPoolExecutor(2) as both:
        asked = [both.submit(ask_refresh, visit, tokens) for _ in range(2)]
        visit.race = tuple(each.result() for each in asked)
    # both winners' refresh tokens have to be good; the same one counts once
    winners = [renewed(tokens, each) for each in visit.race if each.found]
    for won in {each.refresh_token: each for each in winners}.values():
        again = ask_refresh(visit, won)
        visit.after_race += (again,)
        if again.found:
            visit.tokens = renewed(won, again)


def ask_refresh(visit: Visit, tokens: Tokens, **changes: str) -> Exchange:
    """One refresh."""
    parameters = {
        "grant_type": "refresh_token",
        "refresh_token": tokens.refresh_token,
        "resource": visit.resource,
        **changes,
    }
    return ask_token(visit, tokens.registration, parameters, step=STEP)


def renewed(tokens: Tokens, answer: Exchange) -> Tokens:
    """The tokens to go on with; a refresh token that was not replaced stays good."""
    if answer.found and answer.found.get("access_token"):
        kept = {"refresh_token": tokens.refresh_token, **answer.found}
        return replace(tokens, exchange=answer, answer=kept)
    return tokens
